"""What a shopper is asked about an amount that could not be sent, by a mailed link, and what they answer."""
