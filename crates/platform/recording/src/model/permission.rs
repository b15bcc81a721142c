use kernel::Permission;

/// Seeing rule groups, their states and alerts.
pub const RECORDING_READ: Permission = Permission("recording.read");
/// Uploading, replacing and deleting rule groups, and back-filling their rules.
pub const RECORDING_CHANGE: Permission = Permission("recording.change");
