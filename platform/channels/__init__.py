"""The ways out: inside the application, e-mail, SMS."""
