"""What manifests are held against is read rightly."""

import unittest

from truth import described, labels_of, names_in_the_catalogue

CATALOGUE = """
const fn plain(name: &'static str, default: &'static str) -> Known {}
pub const CATALOG: &[Known] = &[
    plain("public_url", "none"),
    secret("stripe_secret_key", "none: plans are granted by the built-in provider"),
    plain("mail_from", "whoever"),
    #[cfg(debug_assertions)]
    plain("fail_point", "none"),
    #[cfg(debug_assertions)]
    secret("clock_ahead_seconds", "none"),
];
"""


class TheCatalogueOfSettings(unittest.TestCase):
    def test_names_are_read_and_neither_defaults_nor_what_only_a_debug_build_knows(self):
        self.assertEqual(names_in_the_catalogue(CATALOGUE), {"public_url", "stripe_secret_key", "mail_from"})

    def test_a_catalogue_that_is_written_otherwise_is_noticed(self):
        with self.assertRaisesRegex(LookupError, "the catalogue of settings"):
            names_in_the_catalogue('known!("public_url")')


class TheOperatorsPage(unittest.TestCase):
    def test_labels_are_read_with_what_they_may_say_where_that_is_listed(self):
        told = " `service`, `pool` (`all`, on SQLite `read` and `write`) "
        self.assertEqual(labels_of(told), {"service": set(), "pool": {"all", "read", "write"}})

    def test_numbers_are_read_also_those_without_labels(self):
        self.assertEqual(described()["guildhall_refresh_reuse_total"], ("counter", {}))
        self.assertIn("put_off", described()["guildhall_mail_total"][1]["result"])
