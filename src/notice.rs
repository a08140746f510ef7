//! Mails from templates: to the district for every verdict, to reviewers in digests, to the operator on failures.
