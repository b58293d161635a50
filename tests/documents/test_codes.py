import re

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from portal.documents.codes import QUIET, public_address, qr_svg
from tests.documents.papers import NUMBER, URL


def _decode(svg: str) -> str:
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])  # type: ignore[index]
    picture = Image.new("L", (size * 4, size * 4), 255)
    draw = ImageDraw.Draw(picture)
    for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", svg):
        draw.rectangle((int(x) * 4, int(y) * 4, (int(x) + int(n)) * 4 - 1, int(y) * 4 + 3), fill=0)
    return str(zxingcpp.read_barcode(picture).text)


@pytest.mark.parametrize("text", [URL, "x", "https://returns.example/" + "long" * 60])
def test_the_qr_code_on_the_page_says_its_text(text: str) -> None:
    assert _decode(qr_svg(text)) == text


def test_the_qr_code_carries_no_style_and_no_script() -> None:
    assert set(re.findall(r"<(\w+)", qr_svg(URL))) == {"svg", "path"}
    assert not re.search(r"style|script|\son\w+=|href", qr_svg(URL))


def test_the_qr_code_has_its_quiet_zone() -> None:
    assert min(int(x) for x in re.findall(r"M(\d+) ", qr_svg(URL))) == QUIET


def test_what_a_screen_reader_says_is_escaped() -> None:
    assert 'aria-label="&lt;b&gt; &#34;x&#34;"' in qr_svg(URL, '<b> "x"')


def test_the_public_address_is_the_shop_and_the_number_alone() -> None:
    assert (
        public_address("https://returns.example/fjell", NUMBER) == "https://returns.example/fjell/r/7K2MQ9XDK"
    )
