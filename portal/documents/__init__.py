"""Paper and codes: return label, packing slip, QR. Drawn from plain values; knows no model."""
