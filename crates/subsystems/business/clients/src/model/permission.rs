use kernel::Permission;

/// Seeing campaigns and what became of their machines.
pub const CAMPAIGN_READ: Permission = Permission("campaign.read");
/// Saying what became of machines.
pub const CAMPAIGN_WORK: Permission = Permission("campaign.work");
/// Making, changing, starting and ending campaigns.
pub const CAMPAIGN_CHANGE: Permission = Permission("campaign.change");
