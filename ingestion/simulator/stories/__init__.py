"""Stories in every simulated council, so that no output is empty."""

from datetime import date
from typing import Final

from ingestion.simulator.diary import later
from ingestion.simulator.office import Office
from ingestion.simulator.stories.casefile import CASEFILE
from ingestion.simulator.stories.cast import FIRST_DAY, Scene, perform
from ingestion.simulator.stories.handed_over import HANDED_OVER
from ingestion.simulator.stories.means import MEANS
from ingestion.simulator.stories.money import MONEY
from ingestion.simulator.stories.promises import PROMISES
from ingestion.simulator.stories.second_thoughts import SECOND_THOUGHTS
from ingestion.simulator.stories.spoilt import BAD_INPUT
from ingestion.simulator.stories.writing_off import WRITING_OFF

_STORIES: Final = (
    *MONEY,
    *PROMISES,
    *CASEFILE,
    *MEANS,
    *WRITING_OFF,
    *SECOND_THOUGHTS,
    *BAD_INPUT,
    *HANDED_OVER,
)
CAST: Final = sum(len(story.cast) for story in _STORIES)
"""Number of debtor accounts that the stories need."""


def first_day(until: date) -> date:
    """The day on which the oldest story begins."""
    return later(until, -FIRST_DAY)


def tell(office: Office, until: date) -> None:
    """Starts every story."""
    office.start(perform(Scene(office, until), _STORIES))
