"""Pages: the only package that knows of HTTP."""
