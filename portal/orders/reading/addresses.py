"""An address as it is printed, out of the columns or fields that systems keep it in."""

from dataclasses import dataclass

_BEFORE_TOWN = ("US", "CA", "AU", "GB")  # where the postcode stands after the town


@dataclass(frozen=True)
class Address:
    """Texts, empty where unknown. `country` is a code, `country_name` what the file calls it."""

    company: str
    street: str
    second: str
    city: str
    province: str
    postcode: str
    country: str
    country_name: str

    def lines(self) -> tuple[str, ...]:
        """The lines that say something."""
        above = (self.company, self.street, self.second)
        return tuple(filter(None, (*above, self._town(), self.country_name)))

    def _town(self) -> str:
        if self.country not in _BEFORE_TOWN:
            return " ".join(filter(None, (self.postcode, self.city)))
        city = f"{self.city}," if self.city and self.province else self.city
        return " ".join(filter(None, (city, self.province, self.postcode)))
