from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from dispatch.webhooks.addresses import (
    AddressRules,
    ForbiddenAddressError,
    Resolver,
    UnresolvableError,
    resolve,
    target_of,
)

RULES = AddressRules()


def leading_to(*addresses: str) -> Resolver:
    def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolver


def nowhere(host: str, port: int) -> Sequence[str]:
    raise OSError("Name or service not known")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("https://example.com/hooks?city=1", "example.com", 443),
        ("https://EXAMPLE.com:8443", "example.com", 8443),
        ("https://退货.example/", "xn--1n3a19c.example", 443),
        ("https://[2606:4700::1]/", "2606:4700::1", 443),
        ("http://127.0.0.1:9000/x", "127.0.0.1", 9000),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, port: int) -> None:
    target = target_of(url)
    assert (target.host, target.port) == (host, port)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://example.com/", "no https address"),
        ("file:///etc/passwd", "no https address"),
        ("gopher://example.com:70/1", "no https address"),
        ("example.com/hooks", "no https address"),
        ("https://", "no https address"),
        ("", "no https address"),
        ("https://user:pw@example.com/", "a user name"),
        ("https://example.com/#top", "a user name"),
        ("https://example.com:22/", "port 22"),
        ("https://example.com:99999/", "port 99999"),
        ("https://exa mple.com\r\nx: y/", "no address"),
        ("https://example.com/" + "a" * 2_000, "characters"),
    ],
)
def test_what_is_no_address_to_send_to_is_refused(url: str, told: str) -> None:
    with pytest.raises(ForbiddenAddressError, match=told):
        target_of(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "::7f00:1",
    ],
)
def test_nothing_inside_a_network_is_reached(address: str) -> None:
    target = target_of("https://example.com/")
    with pytest.raises(ForbiddenAddressError, match="not on the public internet"):
        RULES.addresses(target, leading_to(address))


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost"])
def test_other_ways_to_write_the_own_machine_lead_to_the_same_refusal(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        RULES.addresses(target_of(f"https://{host}/"), resolve)


def test_one_private_address_among_public_ones_is_enough() -> None:
    target = target_of("https://example.com/")
    with pytest.raises(ForbiddenAddressError, match=r"leads to 10\.0\.0\.1"):
        RULES.addresses(target, leading_to("8.8.8.8", "10.0.0.1"))


def test_public_addresses_are_reached_by_https_only() -> None:
    resolver = leading_to("8.8.8.8", "2606:4700::1")
    assert RULES.addresses(target_of("https://example.com/"), resolver) == [
        "8.8.8.8",
        "2606:4700::1",
    ]
    with pytest.raises(ForbiddenAddressError, match="not encrypted; give an https address"):
        RULES.addresses(target_of("http://example.com/"), resolver)


def test_a_network_that_is_named_is_reached_also_without_https() -> None:
    rules = AddressRules((ip_network("10.8.0.0/16"),))
    target = target_of("http://returns.internal/")
    assert rules.addresses(target, leading_to("10.8.0.7")) == ["10.8.0.7"]
    assert rules.addresses(target, leading_to("::ffff:10.8.0.7")) == ["::ffff:10.8.0.7"]
    with pytest.raises(ForbiddenAddressError):
        rules.addresses(target, leading_to("10.9.0.7"))


@pytest.mark.parametrize("resolver", [nowhere, leading_to()])
def test_a_name_without_an_address_says_so(resolver: Resolver) -> None:
    with pytest.raises(UnresolvableError, match=r"example\.com has no address"):
        RULES.addresses(target_of("https://example.com/"), resolver)
