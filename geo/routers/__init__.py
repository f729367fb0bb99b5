"""Routing servers over HTTP as sources of travel times: OSRM, and what is needed around it."""
