"""Solomon and VRPLIB instances, and solutions in the form of CVRPLIB."""
