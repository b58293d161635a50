"""Orders: models, importing, finding, and the mailed link to one."""

from portal.orders import links as links
