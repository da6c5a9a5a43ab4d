"""Plans: everything that an action would change, as data, before anybody writes it."""
