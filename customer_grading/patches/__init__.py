"""What an update does to a site that has an older version, once each."""
