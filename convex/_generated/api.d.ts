/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as agents_choice from "../agents/choice.js";
import type * as agents_drafting from "../agents/drafting.js";
import type * as agents_generate from "../agents/generate.js";
import type * as agents_models from "../agents/models.js";
import type * as agents_offline_classify from "../agents/offline/classify.js";
import type * as agents_offline_feedback from "../agents/offline/feedback.js";
import type * as agents_offline_knowledge from "../agents/offline/knowledge.js";
import type * as agents_offline_model from "../agents/offline/model.js";
import type * as agents_offline_side from "../agents/offline/side.js";
import type * as agents_offline_stream from "../agents/offline/stream.js";
import type * as agents_offline_wording from "../agents/offline/wording.js";
import type * as agents_prompt from "../agents/prompt.js";
import type * as agents_proposal from "../agents/proposal.js";
import type * as agents_question from "../agents/question.js";
import type * as agents_report from "../agents/report.js";
import type * as agents_run from "../agents/run.js";
import type * as agents_side from "../agents/side.js";
import type * as agents_tools from "../agents/tools.js";
import type * as agents_triage from "../agents/triage.js";
import type * as audit from "../audit.js";
import type * as auth from "../auth.js";
import type * as brake from "../brake.js";
import type * as connectors_index from "../connectors/index.js";
import type * as connectors_outbox from "../connectors/outbox.js";
import type * as connectors_perform from "../connectors/perform.js";
import type * as connectors_webhook from "../connectors/webhook.js";
import type * as decisions from "../decisions.js";
import type * as desk from "../desk.js";
import type * as drafts from "../drafts.js";
import type * as functions from "../functions.js";
import type * as groups from "../groups.js";
import type * as history from "../history.js";
import type * as http from "../http.js";
import type * as model_absences from "../model/absences.js";
import type * as model_around from "../model/around.js";
import type * as model_audit from "../model/audit.js";
import type * as model_brake from "../model/brake.js";
import type * as model_conflicts from "../model/conflicts.js";
import type * as model_decisions from "../model/decisions.js";
import type * as model_demo from "../model/demo.js";
import type * as model_directory from "../model/directory.js";
import type * as model_drafts from "../model/drafts.js";
import type * as model_dryRun from "../model/dryRun.js";
import type * as model_elapse from "../model/elapse.js";
import type * as model_executions from "../model/executions.js";
import type * as model_facets from "../model/facets.js";
import type * as model_groups from "../model/groups.js";
import type * as model_history from "../model/history.js";
import type * as model_historyRequests from "../model/historyRequests.js";
import type * as model_historyVersions from "../model/historyVersions.js";
import type * as model_historyViews from "../model/historyViews.js";
import type * as model_inbox from "../model/inbox.js";
import type * as model_may from "../model/may.js";
import type * as model_memberships from "../model/memberships.js";
import type * as model_people from "../model/people.js";
import type * as model_policies from "../model/policies.js";
import type * as model_policyEditing from "../model/policyEditing.js";
import type * as model_policyPage from "../model/policyPage.js";
import type * as model_policyViews from "../model/policyViews.js";
import type * as model_replay from "../model/replay.js";
import type * as model_requestPage from "../model/requestPage.js";
import type * as model_requestWords from "../model/requestWords.js";
import type * as model_requests from "../model/requests.js";
import type * as model_resume from "../model/resume.js";
import type * as model_reviewHistory from "../model/reviewHistory.js";
import type * as model_reviewState from "../model/reviewState.js";
import type * as model_reviewTimer from "../model/reviewTimer.js";
import type * as model_reviews from "../model/reviews.js";
import type * as model_rounds from "../model/rounds.js";
import type * as model_rows from "../model/rows.js";
import type * as model_runs from "../model/runs.js";
import type * as model_savedViews from "../model/savedViews.js";
import type * as model_snoozes from "../model/snoozes.js";
import type * as model_stageViews from "../model/stageViews.js";
import type * as model_state from "../model/state.js";
import type * as model_tasks from "../model/tasks.js";
import type * as model_threads from "../model/threads.js";
import type * as model_timers from "../model/timers.js";
import type * as model_views from "../model/views.js";
import type * as outbox from "../outbox.js";
import type * as people from "../people.js";
import type * as playbooks from "../playbooks.js";
import type * as playbooks_agents from "../playbooks/agents.js";
import type * as playbooks_announcement_agent from "../playbooks/announcement/agent.js";
import type * as playbooks_announcement_offline from "../playbooks/announcement/offline.js";
import type * as playbooks_announcement_playbook from "../playbooks/announcement/playbook.js";
import type * as playbooks_announcement_reading from "../playbooks/announcement/reading.js";
import type * as playbooks_announcement_samples from "../playbooks/announcement/samples.js";
import type * as playbooks_announcement_signs from "../playbooks/announcement/signs.js";
import type * as playbooks_announcement_templates from "../playbooks/announcement/templates.js";
import type * as playbooks_customerReply_agent from "../playbooks/customerReply/agent.js";
import type * as playbooks_customerReply_offline from "../playbooks/customerReply/offline.js";
import type * as playbooks_customerReply_playbook from "../playbooks/customerReply/playbook.js";
import type * as playbooks_customerReply_samples from "../playbooks/customerReply/samples.js";
import type * as playbooks_customerReply_signs from "../playbooks/customerReply/signs.js";
import type * as playbooks_customerReply_templates from "../playbooks/customerReply/templates.js";
import type * as playbooks_index from "../playbooks/index.js";
import type * as playbooks_input from "../playbooks/input.js";
import type * as playbooks_playbook from "../playbooks/playbook.js";
import type * as playbooks_policies from "../playbooks/policies.js";
import type * as playbooks_policy_announcement from "../playbooks/policy/announcement.js";
import type * as playbooks_policy_customerReply from "../playbooks/policy/customerReply.js";
import type * as playbooks_policy_fields from "../playbooks/policy/fields.js";
import type * as playbooks_policy_index from "../playbooks/policy/index.js";
import type * as playbooks_policy_office from "../playbooks/policy/office.js";
import type * as playbooks_policy_refund from "../playbooks/policy/refund.js";
import type * as playbooks_records from "../playbooks/records.js";
import type * as playbooks_refund_agent from "../playbooks/refund/agent.js";
import type * as playbooks_refund_asking from "../playbooks/refund/asking.js";
import type * as playbooks_refund_offline from "../playbooks/refund/offline.js";
import type * as playbooks_refund_playbook from "../playbooks/refund/playbook.js";
import type * as playbooks_refund_reading from "../playbooks/refund/reading.js";
import type * as playbooks_refund_samples from "../playbooks/refund/samples.js";
import type * as playbooks_refund_signs from "../playbooks/refund/signs.js";
import type * as playbooks_refund_templates from "../playbooks/refund/templates.js";
import type * as policies from "../policies.js";
import type * as requests from "../requests.js";
import type * as reviews from "../reviews.js";
import type * as savedViews from "../savedViews.js";
import type * as shared_actions_announcement from "../shared/actions/announcement.js";
import type * as shared_actions_customerReply from "../shared/actions/customerReply.js";
import type * as shared_actions_fields from "../shared/actions/fields.js";
import type * as shared_actions_index from "../shared/actions/index.js";
import type * as shared_actions_question from "../shared/actions/question.js";
import type * as shared_actions_refund from "../shared/actions/refund.js";
import type * as shared_actions_shape from "../shared/actions/shape.js";
import type * as shared_audit_chain from "../shared/audit/chain.js";
import type * as shared_audit_event from "../shared/audit/event.js";
import type * as shared_audit_words from "../shared/audit/words.js";
import type * as shared_canonicalJson from "../shared/canonicalJson.js";
import type * as shared_digest from "../shared/digest.js";
import type * as shared_errors from "../shared/errors.js";
import type * as shared_history_filter from "../shared/history/filter.js";
import type * as shared_history_pages from "../shared/history/pages.js";
import type * as shared_limits from "../shared/limits.js";
import type * as shared_money from "../shared/money.js";
import type * as shared_personalData from "../shared/personalData.js";
import type * as shared_policy_changes from "../shared/policy/changes.js";
import type * as shared_policy_check from "../shared/policy/check.js";
import type * as shared_policy_checkRules from "../shared/policy/checkRules.js";
import type * as shared_policy_compare from "../shared/policy/compare.js";
import type * as shared_policy_conditions from "../shared/policy/conditions.js";
import type * as shared_policy_evaluate from "../shared/policy/evaluate.js";
import type * as shared_policy_fields from "../shared/policy/fields.js";
import type * as shared_policy_issuedKeys from "../shared/policy/issuedKeys.js";
import type * as shared_policy_keys from "../shared/policy/keys.js";
import type * as shared_policy_questions from "../shared/policy/questions.js";
import type * as shared_policy_quorum from "../shared/policy/quorum.js";
import type * as shared_policy_reading from "../shared/policy/reading.js";
import type * as shared_policy_sampling from "../shared/policy/sampling.js";
import type * as shared_policy_types from "../shared/policy/types.js";
import type * as shared_records from "../shared/records.js";
import type * as shared_review_asking from "../shared/review/asking.js";
import type * as shared_review_conflicts from "../shared/review/conflicts.js";
import type * as shared_review_endings from "../shared/review/endings.js";
import type * as shared_review_events from "../shared/review/events.js";
import type * as shared_review_flow from "../shared/review/flow.js";
import type * as shared_review_life from "../shared/review/life.js";
import type * as shared_review_seats from "../shared/review/seats.js";
import type * as shared_review_state from "../shared/review/state.js";
import type * as shared_review_step from "../shared/review/step.js";
import type * as shared_review_tally from "../shared/review/tally.js";
import type * as shared_review_votes from "../shared/review/votes.js";
import type * as shared_roles from "../shared/roles.js";
import type * as shared_settings from "../shared/settings.js";
import type * as shared_time_absence from "../shared/time/absence.js";
import type * as shared_time_calendar from "../shared/time/calendar.js";
import type * as shared_time_checkCalendar from "../shared/time/checkCalendar.js";
import type * as shared_time_deadline from "../shared/time/deadline.js";
import type * as shared_time_localTime from "../shared/time/localTime.js";
import type * as shared_time_offsets from "../shared/time/offsets.js";
import type * as shared_time_problem from "../shared/time/problem.js";
import type * as shared_time_schedule from "../shared/time/schedule.js";
import type * as shared_time_workingTime from "../shared/time/workingTime.js";
import type * as tasks from "../tasks.js";
import type * as viewer from "../viewer.js";
import type * as workflows_request from "../workflows/request.js";
import type * as workflows_runs from "../workflows/runs.js";
import type * as workflows_steps from "../workflows/steps.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";

declare const fullApi: ApiFromModules<{
  "agents/choice": typeof agents_choice;
  "agents/drafting": typeof agents_drafting;
  "agents/generate": typeof agents_generate;
  "agents/models": typeof agents_models;
  "agents/offline/classify": typeof agents_offline_classify;
  "agents/offline/feedback": typeof agents_offline_feedback;
  "agents/offline/knowledge": typeof agents_offline_knowledge;
  "agents/offline/model": typeof agents_offline_model;
  "agents/offline/side": typeof agents_offline_side;
  "agents/offline/stream": typeof agents_offline_stream;
  "agents/offline/wording": typeof agents_offline_wording;
  "agents/prompt": typeof agents_prompt;
  "agents/proposal": typeof agents_proposal;
  "agents/question": typeof agents_question;
  "agents/report": typeof agents_report;
  "agents/run": typeof agents_run;
  "agents/side": typeof agents_side;
  "agents/tools": typeof agents_tools;
  "agents/triage": typeof agents_triage;
  audit: typeof audit;
  auth: typeof auth;
  brake: typeof brake;
  "connectors/index": typeof connectors_index;
  "connectors/outbox": typeof connectors_outbox;
  "connectors/perform": typeof connectors_perform;
  "connectors/webhook": typeof connectors_webhook;
  decisions: typeof decisions;
  desk: typeof desk;
  drafts: typeof drafts;
  functions: typeof functions;
  groups: typeof groups;
  history: typeof history;
  http: typeof http;
  "model/absences": typeof model_absences;
  "model/around": typeof model_around;
  "model/audit": typeof model_audit;
  "model/brake": typeof model_brake;
  "model/conflicts": typeof model_conflicts;
  "model/decisions": typeof model_decisions;
  "model/demo": typeof model_demo;
  "model/directory": typeof model_directory;
  "model/drafts": typeof model_drafts;
  "model/dryRun": typeof model_dryRun;
  "model/elapse": typeof model_elapse;
  "model/executions": typeof model_executions;
  "model/facets": typeof model_facets;
  "model/groups": typeof model_groups;
  "model/history": typeof model_history;
  "model/historyRequests": typeof model_historyRequests;
  "model/historyVersions": typeof model_historyVersions;
  "model/historyViews": typeof model_historyViews;
  "model/inbox": typeof model_inbox;
  "model/may": typeof model_may;
  "model/memberships": typeof model_memberships;
  "model/people": typeof model_people;
  "model/policies": typeof model_policies;
  "model/policyEditing": typeof model_policyEditing;
  "model/policyPage": typeof model_policyPage;
  "model/policyViews": typeof model_policyViews;
  "model/replay": typeof model_replay;
  "model/requestPage": typeof model_requestPage;
  "model/requestWords": typeof model_requestWords;
  "model/requests": typeof model_requests;
  "model/resume": typeof model_resume;
  "model/reviewHistory": typeof model_reviewHistory;
  "model/reviewState": typeof model_reviewState;
  "model/reviewTimer": typeof model_reviewTimer;
  "model/reviews": typeof model_reviews;
  "model/rounds": typeof model_rounds;
  "model/rows": typeof model_rows;
  "model/runs": typeof model_runs;
  "model/savedViews": typeof model_savedViews;
  "model/snoozes": typeof model_snoozes;
  "model/stageViews": typeof model_stageViews;
  "model/state": typeof model_state;
  "model/tasks": typeof model_tasks;
  "model/threads": typeof model_threads;
  "model/timers": typeof model_timers;
  "model/views": typeof model_views;
  outbox: typeof outbox;
  people: typeof people;
  playbooks: typeof playbooks;
  "playbooks/agents": typeof playbooks_agents;
  "playbooks/announcement/agent": typeof playbooks_announcement_agent;
  "playbooks/announcement/offline": typeof playbooks_announcement_offline;
  "playbooks/announcement/playbook": typeof playbooks_announcement_playbook;
  "playbooks/announcement/reading": typeof playbooks_announcement_reading;
  "playbooks/announcement/samples": typeof playbooks_announcement_samples;
  "playbooks/announcement/signs": typeof playbooks_announcement_signs;
  "playbooks/announcement/templates": typeof playbooks_announcement_templates;
  "playbooks/customerReply/agent": typeof playbooks_customerReply_agent;
  "playbooks/customerReply/offline": typeof playbooks_customerReply_offline;
  "playbooks/customerReply/playbook": typeof playbooks_customerReply_playbook;
  "playbooks/customerReply/samples": typeof playbooks_customerReply_samples;
  "playbooks/customerReply/signs": typeof playbooks_customerReply_signs;
  "playbooks/customerReply/templates": typeof playbooks_customerReply_templates;
  "playbooks/index": typeof playbooks_index;
  "playbooks/input": typeof playbooks_input;
  "playbooks/playbook": typeof playbooks_playbook;
  "playbooks/policies": typeof playbooks_policies;
  "playbooks/policy/announcement": typeof playbooks_policy_announcement;
  "playbooks/policy/customerReply": typeof playbooks_policy_customerReply;
  "playbooks/policy/fields": typeof playbooks_policy_fields;
  "playbooks/policy/index": typeof playbooks_policy_index;
  "playbooks/policy/office": typeof playbooks_policy_office;
  "playbooks/policy/refund": typeof playbooks_policy_refund;
  "playbooks/records": typeof playbooks_records;
  "playbooks/refund/agent": typeof playbooks_refund_agent;
  "playbooks/refund/asking": typeof playbooks_refund_asking;
  "playbooks/refund/offline": typeof playbooks_refund_offline;
  "playbooks/refund/playbook": typeof playbooks_refund_playbook;
  "playbooks/refund/reading": typeof playbooks_refund_reading;
  "playbooks/refund/samples": typeof playbooks_refund_samples;
  "playbooks/refund/signs": typeof playbooks_refund_signs;
  "playbooks/refund/templates": typeof playbooks_refund_templates;
  policies: typeof policies;
  requests: typeof requests;
  reviews: typeof reviews;
  savedViews: typeof savedViews;
  "shared/actions/announcement": typeof shared_actions_announcement;
  "shared/actions/customerReply": typeof shared_actions_customerReply;
  "shared/actions/fields": typeof shared_actions_fields;
  "shared/actions/index": typeof shared_actions_index;
  "shared/actions/question": typeof shared_actions_question;
  "shared/actions/refund": typeof shared_actions_refund;
  "shared/actions/shape": typeof shared_actions_shape;
  "shared/audit/chain": typeof shared_audit_chain;
  "shared/audit/event": typeof shared_audit_event;
  "shared/audit/words": typeof shared_audit_words;
  "shared/canonicalJson": typeof shared_canonicalJson;
  "shared/digest": typeof shared_digest;
  "shared/errors": typeof shared_errors;
  "shared/history/filter": typeof shared_history_filter;
  "shared/history/pages": typeof shared_history_pages;
  "shared/limits": typeof shared_limits;
  "shared/money": typeof shared_money;
  "shared/personalData": typeof shared_personalData;
  "shared/policy/changes": typeof shared_policy_changes;
  "shared/policy/check": typeof shared_policy_check;
  "shared/policy/checkRules": typeof shared_policy_checkRules;
  "shared/policy/compare": typeof shared_policy_compare;
  "shared/policy/conditions": typeof shared_policy_conditions;
  "shared/policy/evaluate": typeof shared_policy_evaluate;
  "shared/policy/fields": typeof shared_policy_fields;
  "shared/policy/issuedKeys": typeof shared_policy_issuedKeys;
  "shared/policy/keys": typeof shared_policy_keys;
  "shared/policy/questions": typeof shared_policy_questions;
  "shared/policy/quorum": typeof shared_policy_quorum;
  "shared/policy/reading": typeof shared_policy_reading;
  "shared/policy/sampling": typeof shared_policy_sampling;
  "shared/policy/types": typeof shared_policy_types;
  "shared/records": typeof shared_records;
  "shared/review/asking": typeof shared_review_asking;
  "shared/review/conflicts": typeof shared_review_conflicts;
  "shared/review/endings": typeof shared_review_endings;
  "shared/review/events": typeof shared_review_events;
  "shared/review/flow": typeof shared_review_flow;
  "shared/review/life": typeof shared_review_life;
  "shared/review/seats": typeof shared_review_seats;
  "shared/review/state": typeof shared_review_state;
  "shared/review/step": typeof shared_review_step;
  "shared/review/tally": typeof shared_review_tally;
  "shared/review/votes": typeof shared_review_votes;
  "shared/roles": typeof shared_roles;
  "shared/settings": typeof shared_settings;
  "shared/time/absence": typeof shared_time_absence;
  "shared/time/calendar": typeof shared_time_calendar;
  "shared/time/checkCalendar": typeof shared_time_checkCalendar;
  "shared/time/deadline": typeof shared_time_deadline;
  "shared/time/localTime": typeof shared_time_localTime;
  "shared/time/offsets": typeof shared_time_offsets;
  "shared/time/problem": typeof shared_time_problem;
  "shared/time/schedule": typeof shared_time_schedule;
  "shared/time/workingTime": typeof shared_time_workingTime;
  tasks: typeof tasks;
  viewer: typeof viewer;
  "workflows/request": typeof workflows_request;
  "workflows/runs": typeof workflows_runs;
  "workflows/steps": typeof workflows_steps;
}>;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export declare const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
>;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export declare const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
>;

export declare const components: {
  workflow: import("@convex-dev/workflow/_generated/component.js").ComponentApi<"workflow">;
  agent: import("@convex-dev/agent/_generated/component.js").ComponentApi<"agent">;
};
