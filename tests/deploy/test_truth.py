"""What manifests are held against is read rightly."""

import unittest

from truth import names_in_the_catalogue

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
