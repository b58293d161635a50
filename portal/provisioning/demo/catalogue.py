"""What the demo shops sell, and who buys it. All of it is made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """`price` and `cost` are whole units of the main currency; other currencies multiply them."""

    sku: str
    title: str
    variants: tuple[str, ...]
    price: int
    cost: int | None
    category: str
    picture: str
    tags: tuple[str, ...] = ()


OUTDOOR = (
    Article("MR-NOR", "Merino-Rollkragenpullover „Nordlicht“", ("Moosgrün, M", "Moosgrün, L", "Schiefer, S"),
            119, 48, "Clothing", "pullover"),
    Article("WS-HGP", "Wasserdichte Wanderstiefel „Hochgebirgspfad“",
            ("Kastanienbraun, 39½", "Kastanienbraun, 42", "Basalt, 44"), 189, 85, "Shoes", "boot"),
    Article("KS-ALP", "Alpaka-Kuschelsocken", ("Honig und Nebel, 38–40", "Moos und Stein, 41–43"),
            19, 6, "Clothing", "socks"),
    Article("DJ-POL", "Daunenjacke „Polarkreis“, Übergröße", ("Nachtblau, XL", "Nachtblau, XXL"),
            389, 160, "Clothing", "jacket"),
    Article("RS-WAT", "Rucksack „Wattwanderung“ 28 l", ("Rostrot", "Tannengrün"), 129, 51, "Bags",
            "backpack"),
    Article("TF-GRV", "Edelstahl-Trinkflasche mit Namensgravur", ("750 ml",), 34, 11, "Bottles", "bottle",
            ("personalised",)),
    Article("TF-SEA", "Edelstahl-Trinkflasche „Seenplatte“", ("500 ml", "750 ml"), 27, 9, "Bottles", "bottle",
            ("hygiene",)),
    Article("WB-SKE", "Wool blanket “Skerry”, oxblood", ("130 × 180 cm",), 84, None, "Home", "blanket"),
    Article("SL-LTW", "Schreibtischleuchte „Leuchtturmwärter“", ("Messing", "Schwarz"), 98, 37, "Electronics",
            "lamp"),
    Article("TD-HAL", "Leinentischdecke „Hallig“", ("140 × 220 cm",), 64, 22, "Home", "tablecloth",
            ("final-sale",)),
)  # fmt: skip
PORCELAIN = (
    Article("TK-ZWM", "Teekanne „Zwiebelmuster“, handbemalt", ("1,2 l",), 276, 110, "Porcelain", "teapot"),
    Article("TD-LEI", "Tafeltuch aus Halbleinen", ("160 × 260 cm",), 72, 25, "Linen", "tablecloth"),
)


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    street: str
    postcode: str
    town: str
    country: str


def _person(name: str, mail: str, street: str, *where: str) -> Person:
    return Person(name, f"{mail}@posteo.example", street, *where)


SHOPPERS = (
    _person("Annelie Brückner-Hohenstein", "annelie.brueckner", "Große Straße 48", "24937",
            "Flensburg", "DE"),
    _person("Maximiliane-Friederike von Hohenlohe-Oehringen", "m.hohenlohe", "Am Schlossgarten 3", "74613",
            "Öhringen", "DE"),
    _person("Niamh O’Shaughnessy-Kowalczyk", "niamh.osk", "14 Harbour Row", "EH6 6JJ", "Edinburgh", "GB"),
    _person("Þórdís Kolbrún Reykfjörð Gylfadóttir", "thordis", "Laugavegur 77", "101", "Reykjavík", "IS"),
    _person("José Ignacio Fernández de la Vega y Ortega", "jifv", "Calle de Alcalá 221", "28028",
            "Madrid", "ES"),
    _person("Wolfgang Kreuzpaintner", "w.kreuzpaintner", "Ledererzeile 9", "83512", "Wasserburg am Inn",
            "DE"),
    _person("Charlotte Vandenbroucke-Desmet", "c.vdb", "Kortrijksestraat 112", "8500", "Kortrijk", "BE"),
    _person("Misaki Tanaka", "misaki.tanaka", "神宮前 4-12-10", "150-0001", "Tōkyō", "JP"),
    _person("Nour Al-Mutairi", "nour.m", "Salem Al Mubarak 22", "22000", "Salmiya", "KW"),
    _person("Gudrun Lindqvist", "gudrun.l", "Odengatan 63", "113 22", "Stockholm", "SE"),
    _person("Piotr Wiśniewski", "p.wisniewski", "ulica Długa 18", "80-827", "Gdańsk", "PL"),
    _person("Ελένη Παπαδοπούλου", "eleni.p", "Οδός Ερμού 54", "105 63", "Αθήνα", "GR"),
    _person("Димитър Стоянов", "d.stoyanov", "ул. Шипка 34", "1504", "София", "BG"),
    _person("Liv Ås", "liv.as", "Storgata 2", "9008", "Tromsø", "NO"),
)  # fmt: skip
# Currency and its price level against the catalogue's whole units, with the tax rate in per cent.
CURRENCIES = {
    "GB": ("GBP", 90, "20"),
    "JP": ("JPY", 160, "10"),
    "KW": ("KWD", 350, ""),
    "SE": ("SEK", 1100, "25"),
    "NO": ("EUR", 100, "25"),
}
HOME_CURRENCY = ("EUR", 100, "19")
