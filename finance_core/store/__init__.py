"""What Penny remembers: tables, migrations, and every SQL statement there is."""
