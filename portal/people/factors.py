"""The second factor: a code from an app (TOTP), or one of ten recovery codes.

The app's secret is kept sealed, recovery codes hashed. A code of the app is taken once: its step of time is
noted, and only a later one is taken after it.
"""

import base64
import secrets
import uuid
from contextlib import suppress
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa

from portal import clock
from portal.audit import Actor, Change, Event, record
from portal.audit.resealing import reseals
from portal.db import find, here, scope, session, transaction
from portal.errors import Conflict, Refusal
from portal.i18n import say
from portal.people.models import RecoveryCode, SecondFactor, StaffSession, User
from portal.people.roles import Permission, Role, may
from portal.people.sessions import hash_of, open_session
from portal.people.throttle import SECOND, Try, forgive, knock
from portal.sealing import Unreadable, reseal, seal, unseal
from portal.tenants import Tenant, locked_shop, note_change, this_shop

PURPOSE = "second factor"
STEP = 30  # seconds for which a code of the app holds
NEAR = (-1, 0, 1)  # clocks go a little wrong
HALF = timedelta(minutes=15)  # how long a password is good for without its code
CODES = 10
WRONG = say("This code is not right, or was used already. Wait for the next one.")
DEMANDS = ("nobody", "money", "everybody")


def factor_of(user_id: uuid.UUID) -> SecondFactor | None:
    mine = sa.select(SecondFactor).where(SecondFactor.tenant_id == here(), SecondFactor.user_id == user_id)
    return session.scalars(mine).one_or_none()


def is_on(user_id: uuid.UUID) -> bool:
    factor = factor_of(user_id)
    return factor is not None and factor.confirmed_at is not None


def demanded(shop: Tenant, role: Role) -> bool:
    """Whether the shop demands it of a role."""
    money = shop.second_factor == "money" and may(role, Permission.APPROVE_REFUNDS)
    return shop.second_factor == "everybody" or money


def needed(user: User) -> bool:
    """Whether a password alone does not sign this person in: it is on, or has to be set up."""
    return is_on(user.id) or demanded(this_shop(), user.role)


def begin(user_id: uuid.UUID) -> None:
    """A new secret that counts for nothing until a code of it was typed. Raises Conflict when one is on."""
    factor, now = factor_of(user_id), clock.now()
    if factor is not None and factor.confirmed_at is not None:
        raise Conflict(say("The second factor is on already."))
    if factor is None:
        factor = SecondFactor(user_id=user_id, last_step=0, created_at=now)
        session.add(factor)
    factor.created_at, factor.sealed = now, seal(pyotp.random_base32(), PURPOSE, user_id)
    session.flush()


def prepare(user_id: uuid.UUID) -> None:
    """Somebody comes to the second step: where no app is set up yet, it is shown there."""
    if not is_on(user_id):
        begin(user_id)


def secret_of(user_id: uuid.UUID) -> str | None:
    """The app's secret, to be shown while it is set up; None afterwards."""
    factor = factor_of(user_id)
    if factor is None or factor.confirmed_at is not None:
        return None
    return _open(factor)


def address_of(user: User, shop: Tenant, secret: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=shop.name)


def _open(factor: SecondFactor) -> str | None:
    try:
        return unseal(factor.sealed, PURPOSE, factor.user_id)
    except Unreadable:
        return None


@reseals("secrets of second factors")
def seal_anew() -> int:
    """Under the present key, whatever of this shop an older one holds; how many that were."""
    moved = 0
    mine = sa.select(SecondFactor).where(SecondFactor.tenant_id == here()).with_for_update()
    for factor in session.scalars(mine):
        with suppress(Unreadable):
            kept = reseal(factor.sealed, PURPOSE, factor.user_id)
            moved, factor.sealed = moved + (kept != factor.sealed), kept
    return moved


def switch_on(user_id: uuid.UUID, code: str, by: Actor) -> list[str]:
    """The app is set up: its first code proves it. The recovery codes, to be shown once and kept nowhere."""
    shop, factor = locked_shop(), factor_of(user_id)
    if factor is None or factor.confirmed_at is not None:
        raise Conflict(say("The second factor is on already."))
    if not _take(factor, code):
        raise Refusal(WRONG, "code")
    factor.confirmed_at = clock.now()
    record(shop, Event.SECOND_FACTOR_ON, by, [Change("staff_user", user_id)])
    return _new_codes(user_id)


def renew_codes(user_id: uuid.UUID, by: Actor) -> list[str]:
    """Ten other recovery codes; those before open nothing any more."""
    shop = locked_shop()
    if not is_on(user_id):
        raise Conflict(say("The second factor is off."))
    record(shop, Event.RECOVERY_CODES_MADE, by, [Change("staff_user", user_id)])
    return _new_codes(user_id)


def switch_off(user_id: uuid.UUID, by: Actor) -> None:
    """It is off and its codes are gone; nothing happens where it is off already."""
    shop, factor = locked_shop(), factor_of(user_id)
    if factor is None:
        return
    session.execute(sa.delete(RecoveryCode).where(*_codes(user_id)))
    session.delete(factor)
    session.flush()
    record(shop, Event.SECOND_FACTOR_OFF, by, [Change("staff_user", user_id)])


def demand(shop: Tenant, of: str, by: Actor) -> None:
    """Of whom the shop demands it from the next sign-in on. Lock the shop."""
    if of not in DEMANDS:
        raise Refusal(say("Choose of whom it is demanded."), "of")
    before, shop.second_factor = shop.second_factor, of
    if before != of:
        shop.version += 1
        note_change(shop, {"second_factor": [before, of]}, by)


def left_codes(user_id: uuid.UUID) -> int:
    """How many recovery codes are unused."""
    unused = sa.select(sa.func.count()).select_from(RecoveryCode).where(*_codes(user_id))
    return session.scalars(unused.where(RecoveryCode.used_at.is_(None))).one()


def prove(token: str, code: str, network: str) -> tuple[str, list[str]]:
    """The other half of a sign-in: a code of the app, its first one while it is set up, or a recovery code.

    A new session's token, which alone lets in, and the recovery codes where the app was set up just now.
    Raises Refusal; TooMany after several wrong tries. Has transactions of its own: call it before the unit
    of work has begun to write.
    """
    with transaction(scope.get().region, scope.get().tenant, reading=True):
        half = half_of(token)
    if half is None:
        raise Refusal(say("That took a while. Sign in once more."))
    tried = knock("second", SECOND, account=str(half), network=network)
    return _complete(token, half, code, tried)


def half_of(token: str) -> uuid.UUID | None:
    """Whose password was right and whose code is still due; None after a quarter of an hour."""
    since = clock.now() - HALF
    waiting = sa.select(StaffSession.user_id).join(User, User.id == StaffSession.user_id)
    mine = (StaffSession.tenant_id == here(), StaffSession.token_hash == hash_of(token), StaffSession.half)
    live = (StaffSession.revoked_at.is_(None), StaffSession.created_at > since, User.active)
    return session.scalar(waiting.where(*mine, *live))


def _complete(token: str, user_id: uuid.UUID, code: str, tried: Try) -> tuple[str, list[str]]:
    with transaction(scope.get().region, scope.get().tenant):
        shop, by = locked_shop(), Actor("person", user_id)
        ended = sa.update(StaffSession).where(
            StaffSession.tenant_id == here(), StaffSession.token_hash == hash_of(token), StaffSession.half
        )
        factor, codes = factor_of(user_id), list[str]()
        if factor is not None and factor.confirmed_at is None:
            codes = switch_on(user_id, code, by)
        elif factor is None or not (_take(factor, code) or _recover(shop, user_id, code)):
            raise Refusal(WRONG, "code")
        once = ended.where(StaffSession.revoked_at.is_(None)).values(revoked_at=clock.now())
        if session.execute(once).rowcount != 1:  # type: ignore[attr-defined]
            raise Refusal(say("Sign in once more."))
        forgive(tried)
        user = find(User, user_id)
        record(shop, Event.PERSON_SIGNED_IN, by, [Change("staff_user", user_id)], second=True)
        return open_session(user), codes


def _take(factor: SecondFactor, code: str) -> bool:
    """Whether the app shows this code about now, and it was not taken. Of two at once one gets it."""
    typed, secret = "".join(code.split()), _open(factor)
    if secret is None or not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return False
    step = _step_of(secret, typed, clock.now())
    if step is None:
        return False
    later = sa.update(SecondFactor).where(SecondFactor.id == factor.id, SecondFactor.last_step < step)
    taken = session.execute(later.values(last_step=step).execution_options(synchronize_session=False))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    app, step = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    right = [step + n for n in NEAR if secrets.compare_digest(app.generate_otp(step + n), typed)]
    return right[0] if right else None


def _recover(shop: Tenant, user_id: uuid.UUID, code: str) -> bool:
    hashed = hash_of(_plain(code))
    one = sa.update(RecoveryCode).where(*_codes(user_id), RecoveryCode.code_hash == hashed)
    used = session.execute(one.where(RecoveryCode.used_at.is_(None)).values(used_at=clock.now()))
    if used.rowcount != 1:  # type: ignore[attr-defined]
        return False
    record(shop, Event.RECOVERY_CODE_USED, Actor("person", user_id), [Change("staff_user", user_id)])
    return True


def _new_codes(user_id: uuid.UUID) -> list[str]:
    """80 bits each, so a plain hash is enough."""
    session.execute(sa.delete(RecoveryCode).where(*_codes(user_id)))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=hash_of(code)) for code in codes)
    session.flush()
    return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in codes]


def _plain(code: str) -> str:
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum())


def _codes(user_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return RecoveryCode.tenant_id == here(), RecoveryCode.user_id == user_id
