"""SAF001: somebody's address or number."""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address

from curator.checks.base import example_check
from curator.checks.phone_numbers import phone_numbers
from curator.checks.sensitive import Hit, digits_in, is_own, places, report, without_overlaps
from curator.model import Example, Finding, Severity

_EMAIL = re.compile(
    r"(?<![\w.+%/@-])(?P<local>[^\W_][\w.+%'-]{0,63}|\w)@(?P<domain>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?P<top>[^\W\d_]{2,24}))"
    r"(?![\w@])(?!:[\w./~-]*/)"
)
# Somebody's place of work, not somebody.
_ROLE_NAMES = """
    abuse account accounts admin administrator alerts apply billing booking bookings care career careers claims contact
    contacto contactus customercare customerservice desk dpo email enquiries enquiry events example feedback finance
    frontdesk hallo hello help helpdesk hi hola hostmaster hr info information inquiries invoice invoices it jobs
    kontakt kundenservice legal mail mailer-daemon marketing media me member membership name newsletter no-reply
    donotreply noreply notifications office ops orders order partners payments postmaster pr press privacy
    recruiting recruitment refunds reply reservations returns root sales security service services servicio shop
    soporte staff store subscribe success support team test tickets training unsubscribe user username usuario
    vertrieb warranty web webmaster welcome you your-email youremail your.email yourname your.name nobody someone foo
    bar john.doe jane.doe firstname.lastname first.last vorname.nachname git
"""
_ROLES = frozenset(_ROLE_NAMES.split())
_PART = re.compile(r"[.+_-]")
# RFC 2606 and 6761, what stands for a domain, and what makers of documentation own.
_NO_DOMAIN = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|org|net|edu)|example|test|invalid|localhost|local|internal"
    r"|(?:your|my|some)-?(?:company|domain|email|site|org|host|mail)\.\w+|(?:company|domain|email|mysite|website)\.(?:com|org|net|tld)"
    r"|(?:acme|contoso|fabrikam|northwind|foo|bar|test|beispiel|ejemplo|exemple)\.\w+|(?:users\.)?noreply\.github\.com)",
    re.IGNORECASE,
)
_FILES = re.compile(
    r"png|jpe?g|gif|svg|webp|js|ts|css|html|py|json|md|txt|csv|pdf|zip|exe|dll|jar|xml|ya?ml", re.IGNORECASE
)
# user:password@host is no mail.
_IN_ADDRESS = re.compile(r"://[^\s/@]*:$")
_IPV4 = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?![\w:]|\.\d)")
_COUNTED = re.compile(
    r"(?:\bv|\b(?:versions?|section|chapter|clause|article|paragraph|release|build|firmware|driver|kapitel|abschnitt|figure"
    r"|table|rule|sec\.|ver\.?)|\u00a7)\s*[:=]?\s*$",
    re.IGNORECASE,
)
_HOST = re.compile(r"\b(?:ip|ips|ipv4|address|addr|host|server|ping|client|dns|subnet|gateway)\b", re.IGNORECASE)
# Public resolvers, known to everybody.
_KNOWN = frozenset(("8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "208.67.222.222", "208.67.220.220"))
_PLACEHOLDERS = {"e-mail address": "[EMAIL]", "phone number": "[PHONE]", "IP address": "[IP]"}


@example_check("SAF001", Severity.WARNING)
def personal_data(example: Example) -> Iterator[Finding]:
    """An e-mail address, a phone number or a public IP address, in the input or the output.

    Not counted: addresses of a role (support@, info@), domains and numbers that are kept free for examples
    (example.com, 555-0100) unless the text says whose they are ("my mobile is 07700 900482"), private and documentation
    networks, freephone numbers, and placeholders ([EMAIL]).
    A phone number without a country code counts by its shape or by a word beside it. Metadata is not read.

    Why: a tuned model repeats what it has seen, to anybody who asks, and cannot be made to forget one person.
    Fix: put a placeholder in its place, in all rows the same one; or accept the row where the contact is public.
    Example:
        output "Sure, I have written to maria.lopez@gmail.com."
    """
    return report(example, places(example, contact_data), _PLACEHOLDERS.__getitem__)


# System prompts and instructions come again and again.
@lru_cache(maxsize=256)
def contact_data(text: str) -> tuple[Hit, ...]:
    """Where a text holds contact data of a person."""
    hits = []
    if "@" in text:
        hits += [Hit(*match.span(), "e-mail address") for match in _EMAIL.finditer(text) if _personal(match)]
    if digits_in(text):
        if text.count(".") > 2:
            hits += [Hit(*match.span(), "IP address") for match in _IPV4.finditer(text) if _public_v4(text, match)]
        hits += [Hit(start, end, "phone number") for start, end in phone_numbers(text)]
    if text.count(":") > 2:
        hits += [Hit(*match.span(), "IP address") for match in _IPV6.finditer(text) if _public_v6(match.group())]
    return without_overlaps(hits)


def _personal(match: re.Match[str]) -> bool:
    local, domain = match["local"].casefold().strip("."), match["domain"].casefold()
    if _FILES.fullmatch(match["top"]) or (_NO_DOMAIN.fullmatch(domain) and not is_own(match.string, match.start())):
        return False
    if _IN_ADDRESS.search(match.string, max(0, match.start() - 80), match.start()):
        return False
    return local not in _ROLES and _PART.split(local)[0] not in _ROLES and _PART.split(local)[-1] not in _ROLES


def _public_v4(text: str, match: re.Match[str]) -> bool:
    parts = match.group().split(".")
    if any((len(part) > 1 and part[0] == "0") or int(part) > 255 for part in parts) or match.group() in _KNOWN:
        return False
    before = text[max(0, match.start() - 40) : match.start()]
    if _COUNTED.search(before):
        return False
    # 1.2.3.4 may count chapters.
    if all(int(part) < 32 for part in parts) and not _HOST.search(before) and text.strip() != match.group():
        return False
    return _public(match.group())


def _public_v6(text: str) -> bool:
    return text.count(":") > 3 and any(map(str.isdigit, text)) and _public(text)


def _public(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
    )
