"""Learning-rate schedules: the size of a step by its number, from 0."""


class LearningRateSchedule:
    """A function of the number of steps done: `schedule(0)` is the rate of the first."""

    def __call__(self, step: int) -> float:
        raise NotImplementedError
