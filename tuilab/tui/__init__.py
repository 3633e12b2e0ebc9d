"""The lab: screens, widgets, charts and formulas in the terminal."""
