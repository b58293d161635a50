"""What the demo's second shop shows of ways back; its past is played by `make demo`."""

from portal.policies import Sending
from portal.policies.concerns import concerns
from portal.provisioning.demo import SHOPS
from portal.provisioning.demo.catalogue import SHOPPERS
from portal.provisioning.demo.versions import WAYS
from tests.policies.facts import ruled


def test_whoever_sends_something_back_in_the_demo_has_a_choice() -> None:
    policy = ruled(way_back=WAYS, return_shipping={"EUR": 490})
    offered = {person.country: policy.way_back.offered(person.country) for person in SHOPPERS}
    assert all(len(ways) > 1 for ways in offered.values()) and Sending.OWN in offered["JP"]
    costs = {c: policy.shipping(c, "EUR", 1, Sending.QR) for c, ways in offered.items() if Sending.QR in ways}
    assert len(set(costs.values())) > 2
    assert not [one for one in concerns(policy) if one.place.startswith("way_back")]
    assert [bool(shop.changes) for shop in SHOPS] == [False, True]
