"""How the images of a backend are prepared, reached and asked whether they are well; each adapter names its own.

    recipes("mine")((ImageRecipe(name="mine", port=8080, env={"DATABASE_URL": "{postgres.url}"}),))

An image says which of several recipes is its own by the label `fake-evolution.recipe`; without it the first one is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.errors import ScenarioError
from scenarios.registry import Registry

LABEL = "fake-evolution.recipe"


@dataclass(frozen=True, slots=True)
class ImageRecipe:
    """What an image needs; `{postgres.host}` and the like are filled in, see `scenarios/stack/README.md`."""

    name: str
    port: int | None = None  # None: the one that the image exposes
    health_path: str = "/health"
    settle_s: float = 2.0  # some answer once and die: so much later they are looked at again
    services: Mapping[str, str] = field(default_factory=dict)  # variables for database and Redis
    provider: Mapping[str, str] = field(default_factory=dict)  # variables for Evolution and the way back
    init: tuple[str, ...] = ()  # commands before it serves
    makes_admin: bool = False  # one of them makes the user {admin.email}

    @property
    def env(self) -> dict[str, str]:
        """All variables."""
        return {**self.services, **self.provider}


recipes: Registry[tuple[ImageRecipe, ...]] = Registry("adapter with images", "scenarios.adapters")


def recipes_of(adapter: str) -> tuple[ImageRecipe, ...]:
    """The recipes that an adapter names; one that assumes nothing when it names none."""
    if adapter in recipes.names():
        return recipes.find(adapter)
    return (ImageRecipe(name=adapter),)


def recipe_for(adapter: str, labels: Mapping[str, str]) -> ImageRecipe:
    """The recipe for an image with these labels; ScenarioError when it names one that the adapter has not."""
    known = {recipe.name: recipe for recipe in recipes_of(adapter)}
    wanted = labels.get(LABEL, next(iter(known)))
    if wanted not in known:
        raise ScenarioError(
            f"the image's label {LABEL} is '{wanted}', which adapter '{adapter}' does not know; "
            f"known: {', '.join(known)}; correct the label, or give another --sut"
        )
    return known[wanted]
