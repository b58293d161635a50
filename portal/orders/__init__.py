"""Orders: models, importing, finding."""
