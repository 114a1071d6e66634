//! Organization profiles as messages.

use contracts::organizations::v1 as proto;
use service_kit::Fields;

use crate::domain::profile::{Metadata, Profile, ProfileChange};
use crate::domain::profile_field::ProfileField;
use crate::wire::metadata::{from_struct, to_struct};

/// Reads the fields that a request sets or clears; `None` after noting what is wrong.
pub fn profile_change(fields: &mut Fields, message: proto::OrganizationProfile) -> Option<ProfileChange> {
    let texts = [
        (ProfileField::Description, message.description),
        (ProfileField::LogoUrl, message.logo_url),
        (ProfileField::Website, message.website),
        (ProfileField::ContactEmail, message.contact_email),
        (ProfileField::ContactPhone, message.contact_phone),
        (ProfileField::Address, message.address),
        (ProfileField::City, message.city),
        (ProfileField::State, message.state),
        (ProfileField::Country, message.country),
        (ProfileField::PostalCode, message.postal_code),
    ];
    let mut change = ProfileChange::default();
    let mut is_clean = true;
    for (field, text) in texts {
        let Some(text) = text else { continue };
        match fields.check(&format!("profile.{}", field.name()), field.parse(&text)) {
            Some(text) => {
                change.texts.insert(field, text);
            }
            None => is_clean = false,
        }
    }
    let metadata = message.metadata.map(|object| {
        let object = from_struct(object).ok_or_else(|| "must hold finite numbers".to_owned())?;
        Metadata::new(object).map_err(|error| error.to_string())
    });
    change.metadata = fields.check_optional("profile.metadata", metadata)?;
    is_clean.then_some(change)
}

impl From<Profile> for proto::OrganizationProfile {
    fn from(mut profile: Profile) -> Self {
        let mut take = |field| profile.texts.remove(&field);
        Self {
            description: take(ProfileField::Description),
            logo_url: take(ProfileField::LogoUrl),
            website: take(ProfileField::Website),
            contact_email: take(ProfileField::ContactEmail),
            contact_phone: take(ProfileField::ContactPhone),
            address: take(ProfileField::Address),
            city: take(ProfileField::City),
            state: take(ProfileField::State),
            country: take(ProfileField::Country),
            postal_code: take(ProfileField::PostalCode),
            metadata: profile.metadata.as_ref().map(|metadata| to_struct(metadata.as_map())),
        }
    }
}
