"""The load run: journeys at a set arrival rate, raw samples, and exact numbers from them."""
