"""Which addresses may be sent to: no machine of our own network can be reached through a webhook.

A client names the address we send to, so it must not be able to name the database, the cloud's
metadata server or a neighbour. The rules, after OWASP's cheat sheet on server-side request forgery:

- every address the name resolves to must be a public one, at the moment the connection is made and
  for that very connection (a name that is public when checked and private when used is useless);
- redirects are not followed;
- only https, ports 80, 443 and those from 1024 on, no user name in the address.

Networks that are to be reached all the same are named by whoever runs the service.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from dispatch.domain.errors import RemedyError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

MOST_URL_LENGTH = 2_000
_LOW_PORTS = (80, 443)
_HIGH_PORTS = range(1_024, 65_536)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddressError(RemedyError):
    """An address that is not sent to."""


class UnresolvableError(ForbiddenAddressError):
    """A name that has no address just now; later it may."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart.

    Attributes:
        url: As it was given, host in ASCII.
        host: Name or address.
        port: Port.
        https: Whether the connection is encrypted.
    """

    url: str
    host: str
    port: int
    https: bool


def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, by the system's resolver.

    Raises:
        OSError: There are none, or the resolver does not answer.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def target_of(url: str) -> Target:
    """An address taken apart, if its form is one that is sent to.

    Raises:
        ForbiddenAddressError: It is not; the error says what to do.
    """
    if len(url) > MOST_URL_LENGTH:
        raise ForbiddenAddressError(
            f"the address has {len(url)} characters", f"give at most {MOST_URL_LENGTH}"
        )
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ForbiddenAddressError(
            f"{url!r} is no address: {error}", "give one such as https://example.com/hooks"
        ) from error
    if parsed.scheme not in ("https", "http") or not host:
        raise ForbiddenAddressError(
            f"{url!r} is no https address", "give one such as https://example.com/hooks"
        )
    if parsed.userinfo or parsed.fragment:
        raise ForbiddenAddressError(
            "the address carries a user name, a password or a #fragment",
            "leave it out; deliveries are signed instead",
        )
    https = parsed.scheme == "https"
    port = parsed.port or (443 if https else 80)
    if port not in _LOW_PORTS and port not in _HIGH_PORTS:
        raise ForbiddenAddressError(
            f"port {port} is not sent to", "use 443, or a port of 1024 to 65535"
        )
    return Target(str(parsed), host, port, https)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which machines may be sent to.

    Attributes:
        allowed_networks: Reached whatever they are, also without https.
    """

    allowed_networks: tuple[Network, ...] = ()

    def addresses(self, target: Target, resolver: Resolver = resolve) -> list[str]:
        """The addresses to connect to, all of them allowed.

        Raises:
            UnresolvableError: The name has no address just now.
            ForbiddenAddressError: One of them is not allowed.
        """
        try:
            found = resolver(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise UnresolvableError(
                f"{target.host} has no address: {error}", "correct the name, or its DNS entry"
            ) from error
        if not found:
            raise UnresolvableError(f"{target.host} has no address", "correct its DNS entry")
        for address in found:
            self._check(target, ipaddress.ip_address(address.partition("%")[0]))
        return list(found)

    def _check(self, target: Target, address: Address) -> None:
        meant = _embedded(address)
        if any(one in network for one in (address, meant) for network in self.allowed_networks):
            return
        if not _public(meant):
            raise ForbiddenAddressError(
                f"{target.host} leads to {address}, which is not on the public internet",
                "give a public address",
            )
        if not target.https:
            raise ForbiddenAddressError(f"{target.url} is not encrypted", "give an https address")


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return address


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
