"""Letters to debtors, and lists and files for officers, agencies and legal services."""
