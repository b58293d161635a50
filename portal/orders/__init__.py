"""Orders: models, importing, finding, and the mailed links to one and to all of an address."""

from portal.orders import accounts as accounts
from portal.orders import files as files
from portal.orders import links as links
