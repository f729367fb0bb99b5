"""Which city opens which class of pickups when, with the people, goods and money there are."""
