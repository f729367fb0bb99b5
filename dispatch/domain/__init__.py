"""The words of the business: requests, couriers, hubs, days and plans. No storage, no solver."""
