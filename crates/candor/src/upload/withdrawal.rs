//! A user who says no while an upload is under way is heard before its next request.

use crate::{
    agreement,
    declared::{Declaration, IdentityMode},
    delivery::{Answer, Destination, Request},
    spool::{Agreement, Spool},
};

/// A destination for as long as the consent holds under which the upload began.
pub(super) struct WhileAllowed<'a, D> {
    destination: D,
    declaration: &'a Declaration,
    spool: &'a Spool,
    agreed: Option<(Agreement, Option<IdentityMode>)>,
}

impl<'a, D> WhileAllowed<'a, D> {
    pub(super) fn new(destination: D, declaration: &'a Declaration, spool: &'a Spool) -> Self {
        let agreed = agreement::current(declaration, spool.directory());
        Self { destination, declaration, spool, agreed }
    }
}

impl<D: Destination> Destination for WhileAllowed<'_, D> {
    fn deliver(&mut self, request: &Request) -> Answer {
        let now = agreement::current(self.declaration, self.spool.directory());
        if now.is_none() || now != self.agreed { Answer::Withdrawn } else { self.destination.deliver(request) }
    }
}
