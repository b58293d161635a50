"""Work for later: the outbox, the worker, and what keeps both running."""
