// The texts of scripts/*.lua, as they are embedded.
#pragma once

namespace openclaw::redis {

extern const char* const kAloneText;
extern const char* const kApplyText;
extern const char* const kBatchText;
extern const char* const kBuildText;
extern const char* const kCollectText;
extern const char* const kCollectedText;
extern const char* const kEntriesText;
extern const char* const kEventsText;
extern const char* const kHistoryText;
extern const char* const kJoinText;
extern const char* const kKeysText;
extern const char* const kLanesText;
extern const char* const kLeaveText;
extern const char* const kLoadText;
extern const char* const kLookText;
extern const char* const kMemberText;
extern const char* const kMembersText;
extern const char* const kNamespacesText;
extern const char* const kNoticesAndLeasesText;
extern const char* const kOpenText;
extern const char* const kOpeningText;
extern const char* const kProbeText;
extern const char* const kQueueText;
extern const char* const kReleaseText;
extern const char* const kRenewText;
extern const char* const kSessionsText;
extern const char* const kSettleText;
extern const char* const kStatsText;
extern const char* const kValueText;
extern const char* const kValuesText;

}  // namespace openclaw::redis
