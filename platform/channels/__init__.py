"""Ways out of the house: mail and SMS. Channels speak to outside services and know nothing of records."""
