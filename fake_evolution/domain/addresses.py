"""Which texts the real server takes for the address of a webhook: by their prefix, or by a check of their parts."""

import re
from ipaddress import ip_address

_LENGTH_MAX = 2083
_PORT_MAX = 65_535
_LABEL_MAX = 63
_SCHEMES = ("http", "https", "ftp")
# Texts, compiled at their first use: ranges so wide take 10 ms, which every start of the fake would last longer.
_LABEL = r"[a-z0-9\u00a1-\uffff](?:[a-z0-9\u00a1-\uffff-]*[a-z0-9\u00a1-\uffff])?"
_TOP_LEVEL = r"[a-z\u00a1-\uffff]{2,}|xn[a-z0-9-]{2,}"


def has_http_prefix(url: str) -> bool:
    """The rule since 2.3.0: a lower-case http or https at the very beginning, and whatever follows."""
    return url.startswith(("http://", "https://"))


def passes_validator(url: str, *, needs_top_level_domain: bool) -> bool:
    """The rule of 2.2: host and port must be well-formed, a scheme may be missing, a host may be a bare name.

    With `needs_top_level_domain` the host must be an IP address or have a dot and letters behind it, which leaves
    `localhost` and the service names of containers out.
    """
    if not url or len(url) >= _LENGTH_MAX or re.search(r"[\s<>]", url) or url.startswith("mailto:"):
        return False
    scheme, separator, rest = url.partition("://")
    if separator:
        if scheme.lower() not in _SCHEMES:
            return False
    elif url.startswith("//"):
        return False
    else:
        rest = url
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return _authority_passes(authority, needs_top_level_domain=needs_top_level_domain)


def _authority_passes(authority: str, *, needs_top_level_domain: bool) -> bool:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d+))?", authority)
    if match is None or (match[2] and not 0 < int(match[2]) <= _PORT_MAX):
        return False
    host = match[1]
    return _is_address(host.strip("[]")) or _is_name(host, needs_top_level_domain=needs_top_level_domain)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_name(host: str, *, needs_top_level_domain: bool) -> bool:
    labels = host.split(".")
    top = labels[-1]
    if top.isdigit() or (needs_top_level_domain and (len(labels) == 1 or not _fits(_TOP_LEVEL, top))):
        return False
    return all(len(label) <= _LABEL_MAX and _fits(_LABEL, label) for label in labels)


def _fits(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text, re.IGNORECASE) is not None
