"""What people see: tables, progress, logs."""
