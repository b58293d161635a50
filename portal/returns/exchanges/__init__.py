"""Other articles for what comes back: picked in the draft, kept for the shopper, sent, or given up."""
