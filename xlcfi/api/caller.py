"""Who asks, and who may ask for what."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from xlcfi.errors import Forbidden, NotAuthenticated

ADMIN, SELLER, BUYER = "ADMIN", "SELLER", "BUYER"


class CallerKind(StrEnum):
    """What stands behind a request."""

    SERVICE = "service"
    USER = "user"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a Java service, a gateway user with roles, or an anonymous visitor of the shop."""

    kind: CallerKind
    user_id: int | None = None
    roles: frozenset[str] = frozenset()

    @classmethod
    def service(cls) -> "Caller":
        """A Java service: may read all."""
        return cls(CallerKind.SERVICE)

    @classmethod
    def visitor(cls) -> "Caller":
        """Somebody who came through the gateway without logging in."""
        return cls(CallerKind.VISITOR)

    @classmethod
    def user(cls, user_id: int, roles: Iterable[str] = ()) -> "Caller":
        """The gateway's user `user_id`."""
        return cls(CallerKind.USER, user_id, frozenset(roles))

    @property
    def is_service(self) -> bool:
        """A Java service asks."""
        return self.kind is CallerKind.SERVICE

    @property
    def is_admin(self) -> bool:
        """A user with the role ADMIN asks."""
        return self.kind is CallerKind.USER and ADMIN in self.roles

    @property
    def sees_all(self) -> bool:
        """Services and admins: nothing is filtered for them."""
        return self.is_service or self.is_admin

    @property
    def seller_id(self) -> int | None:
        """The seller whose products and orders are all that this caller sees; None for everybody who is not a seller
        (who sees all, see `sees_all`, or none of that)."""
        if self.kind is CallerKind.USER and SELLER in self.roles and not self.is_admin:
            return self.user_id
        return None

    @property
    def is_authenticated(self) -> bool:
        """Always: nobody gets as far as being a Caller without a credential. For Django and DRF."""
        return True

    def may_see_user(self, user_id: int) -> bool:
        """Whether the data of user `user_id` is this caller's to see."""
        return self.sees_all or (self.kind is CallerKind.USER and self.user_id == user_id)


class Access(StrEnum):
    """Who a view is for. The wider ones include the narrower: an ADMIN and a service may do what a SELLER may."""

    VISITOR = "visitor"
    """Anyone with a credential, the anonymous visitor too."""
    USER_SELF = "user_self"
    """A user for their own data, admins and services for everybody's."""
    SELLER = "seller"
    """A seller for their own figures, admins and services for everybody's."""
    ADMIN = "admin"
    """Admins and services."""
    SERVICE = "service"
    """Services only."""

    def check(self, caller: Caller, *, user_id: int | None = None) -> None:
        """Return if `caller` may come in. `user_id`: whose data the path is about, where it names someone.

        Raises NotAuthenticated for an anonymous visitor where a user is needed, Forbidden for the wrong user.
        """
        if self is Access.VISITOR or caller.is_service:
            return
        if caller.kind is CallerKind.VISITOR:
            raise NotAuthenticated("This path needs a user: log in first.")
        if self is Access.SERVICE:
            raise Forbidden("Only a service may ask for this.")
        if caller.is_admin:
            return
        if self is Access.ADMIN:
            raise Forbidden("Only an ADMIN or a service may ask for this.")
        if self is Access.SELLER and caller.seller_id is None:
            raise Forbidden("Only a SELLER, an ADMIN or a service may ask for this.")
        if self is Access.USER_SELF and user_id is not None and not caller.may_see_user(user_id):
            raise Forbidden("This is somebody else's.")
