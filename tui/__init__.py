"""The program: screens, keys and workers, the one place where services and widgets meet."""
