"""What a period brought, as one document for a mailing or a wiki."""
