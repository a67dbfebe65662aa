"""Whose an instance is: nobody says it, and what was shown tells it."""

from collections.abc import Iterable, Mapping

from scenarios.happened import Qr
from scenarios.sighting import Sighting
from scenarios.staged import JourneyLife


def channels_by_instance(
    qrs: Mapping[str, Qr],
    sightings_of: Mapping[str, Iterable[Sighting]],
    *,
    lives: Iterable[JourneyLife],
    instances: Iterable[str],
    channels: Iterable[str],
) -> dict[str, str]:
    """Which channel each instance belongs to, found from what was shown.

    The first channel that showed a code of the instance is its channel. An instance of which no code was ever
    shown is matched by name with a channel's id or name, which is how backends name instances.
    """
    found: dict[str, str] = {}
    for channel, sightings in sightings_of.items():
        for seen in sightings:
            qr = qrs.get(seen.code or "")
            if qr is not None:
                found.setdefault(qr.instance, channel)
    return found | named_channels(lives, channels=channels, instances=set(instances) - set(found))


def named_channels(
    lives: Iterable[JourneyLife], *, channels: Iterable[str], instances: Iterable[str]
) -> dict[str, str]:
    """The channels of instances that bear a channel's name or id."""
    by_name = {life.channel_name: life.channel for life in lives if life.channel}
    by_name |= {channel: channel for channel in channels}
    return {instance: by_name[instance] for instance in instances if instance in by_name}
