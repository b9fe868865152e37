//! The headers that tell a client its limits, in the form that it understands.

use napi::bindgen_prelude::BigInt;
use napi_derive::napi;
use tidegate::{
    Error,
    wire::{Announcement, Form},
};

use crate::{
    errors::{Answer, answer},
    values::{self, Length},
};

/// One limit to announce.
#[napi(object, object_to_js = false)]
pub(crate) struct AnnouncedLimit {
    /// What the latest draft calls it.
    pub name: String,
    /// How many a window.
    pub limit: BigInt,
    /// How many are left.
    pub remaining: BigInt,
    /// How long until there will be more.
    pub reset_after: Length,
    /// The length of a window.
    pub window: Length,
}

/// Names and values of the headers of these limits.
#[napi]
pub(crate) fn announce(
    form: String,
    limits: Vec<AnnouncedLimit>,
    retry_after: Option<Length>,
    wall: Option<BigInt>,
) -> Answer<Vec<(&'static str, String)>> {
    let announce = || {
        let form = Form::named(&form).ok_or(Error::UnknownForm)?;
        let limits = limits.iter().map(AnnouncedLimit::borrow).collect::<Result<Vec<_>, _>>()?;
        let wait = retry_after.as_ref().map(values::span).transpose()?;
        let headers = form.headers(&limits, wait, values::wall(wall)?);
        let headers = headers.ok_or(Error::AnnouncementInvalid)?;
        Ok(headers.iter().map(|(name, value)| (*name, value.as_str().to_owned())).collect())
    };
    answer(announce())
}

impl AnnouncedLimit {
    /// The same in the core's terms.
    fn borrow(&self) -> Result<Announcement<'_>, Error> {
        Ok(Announcement {
            name: &self.name,
            limit: values::count(&self.limit),
            remaining: values::count(&self.remaining),
            reset_after: values::span(&self.reset_after)?,
            window: values::span(&self.window)?,
        })
    }
}
