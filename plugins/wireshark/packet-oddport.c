/* A post-dissector for Wireshark and tshark: gives every conversation on a watched port the verdict of liboddport.
 *
 * In the first pass each packet is handed to the library, which follows the conversations as `oddport read` does, and the number of
 * its conversation is kept with the frame. A verdict is asked for only where somebody looks: a conversation has one verdict, the
 * one that all packets seen so far give it, so that a second pass (tshark -2, any list of packets in Wireshark) shows the final one.
 */
#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/proto_data.h>
#include <string.h>
#include <wiretap/pcap-encap.h>
#include <wiretap/wtap.h>
#include <ws_symbol_export.h>
#include <ws_version.h>
#include <wsutil/report_message.h>

#include "oddport.h"

WS_DLL_PUBLIC_DEF const gchar plugin_version[] = ODDPORT_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;
WS_DLL_PUBLIC void plugin_register(void);

/* Kept with each frame of a conversation. */
struct conversation_note {
  uint64_t number;
  guint32 first_frame;
  guint32 telling_frame; /* the first that was shown with an odd label in a first pass; 0 without */
};

static int proto_oddport = -1;
static int hf_label = -1;
static int hf_protocol = -1;
static int hf_certainty = -1;
static int hf_era = -1;
static int hf_role = -1;
static int hf_reason = -1;
static int hf_port = -1;
static int hf_assignment = -1;
static int hf_service = -1;
static int hf_evidence = -1;
static int hf_trait = -1;
static int hf_rule = -1;
static gint ett_oddport = -1;
static expert_field ei_unofficial = EI_INIT;
static expert_field ei_unknown = EI_INIT;
static expert_field ei_legacy = EI_INIT;

static const char* pref_ports = "500-1023";
static const char* pref_rules = "";
static gboolean pref_default_rules = TRUE;
static gboolean pref_ndpi = TRUE;

static oddport_classifier* classifier = NULL;
static oddport_flows* flows = NULL;
static wmem_map_t* notes = NULL; /* by the conversation's number */

/* The LINKTYPE_ of each of Wireshark's encapsulations that the library decodes; 0xffff of the others. */
#define NO_LINK_TYPE 0xffff
static guint16* link_types = NULL;
static int encapsulations = 0;

static void learn_link_types(void) {
  /* The first of several that Wireshark takes for the same stays. PPP with a direction comes without it. */
  static const guint16 decoded[] = {0,   1,   9,   50,  51,  101, 104, 105, 107, 108,
                                    113, 119, 127, 163, 192, 228, 229, 276, 12,  14};
  encapsulations = wtap_get_num_encap_types();
  link_types = g_new(guint16, (gsize)encapsulations);
  for (int i = 0; i < encapsulations; ++i) link_types[i] = NO_LINK_TYPE;
  for (gsize i = 0; i < G_N_ELEMENTS(decoded); ++i) {
    const int encapsulation = wtap_pcap_encap_to_wtap_encap(decoded[i]);
    if (encapsulation > 0 && encapsulation < encapsulations &&
        link_types[encapsulation] == NO_LINK_TYPE)
      link_types[encapsulation] = decoded[i];
  }
  link_types[WTAP_ENCAP_PPP_WITH_PHDR] = 9;
}

static void forget_all(void) {
  oddport_flows_free(flows);
  oddport_classifier_free(classifier);
  flows = NULL;
  classifier = NULL;
  notes = NULL; /* its memory goes with the file's */
}

/* For each file, and again when a preference has changed. */
static void begin_file(void) {
  struct oddport_settings settings;
  char* problems = NULL;
  int status;
  memset(&settings, 0, sizeof settings);
  settings.size = sizeof settings;
  settings.ports = pref_ports;
  settings.rule_files = &pref_rules;
  settings.rule_file_count = pref_rules[0] != '\0' ? 1 : 0;
  settings.default_rules = pref_default_rules;
  settings.no_ndpi = !pref_ndpi;
  forget_all();
  status = oddport_classifier_new(&settings, &classifier, &problems);
  if (status != ODDPORT_OK)
    report_failure("oddport: %s%s%s", oddport_status_text(status), problems != NULL ? ": " : "",
                   problems != NULL ? problems : "");
  oddport_text_free(problems);
  if (classifier != NULL) oddport_flows_new(classifier, &flows);
  notes = wmem_map_new(wmem_file_scope(), wmem_int64_hash, g_int64_equal);
}

static struct conversation_note* note_of(uint64_t number, guint32 frame) {
  struct conversation_note* note = (struct conversation_note*)wmem_map_lookup(notes, &number);
  if (note == NULL) {
    note = wmem_new0(wmem_file_scope(), struct conversation_note);
    note->number = number;
    note->first_frame = frame;
    wmem_map_insert(notes, &note->number, note);
  }
  return note;
}

/* Hands a frame over, the first time that it is seen. */
static struct conversation_note* follow(tvbuff_t* tvb, packet_info* pinfo) {
  struct oddport_packet packet;
  struct conversation_note* note;
  const wtap_packet_header* header;
  uint64_t number = 0;
  if (flows == NULL || pinfo->rec == NULL || pinfo->rec->rec_type != REC_TYPE_PACKET) return NULL;
  header = &pinfo->rec->rec_header.packet_header;
  if (header->pkt_encap < 0 || header->pkt_encap >= encapsulations ||
      link_types[header->pkt_encap] == NO_LINK_TYPE)
    return NULL;
  memset(&packet, 0, sizeof packet);
  packet.size = sizeof packet;
  packet.length = tvb_captured_length(tvb);
  packet.bytes = tvb_get_ptr(tvb, 0, (gint)packet.length);
  packet.wire_length = tvb_reported_length(tvb);
  packet.time = (int64_t)pinfo->abs_ts.secs * 1000000000 + pinfo->abs_ts.nsecs;
  packet.link_type = link_types[header->pkt_encap];
  if (oddport_flows_add(flows, &packet, &number) != ODDPORT_OK || number == 0) return NULL;
  note = note_of(number, pinfo->num);
  p_add_proto_data(wmem_file_scope(), pinfo, proto_oddport, 0, note);
  return note;
}

static void add_lines(proto_tree* tree, tvbuff_t* tvb, int field, const oddport_verdict* verdict,
                      const char* (*line)(const oddport_verdict*, size_t)) {
  const char* text;
  for (size_t i = 0; (text = line(verdict, i)) != NULL; ++i)
    proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

static void add_text(proto_tree* tree, tvbuff_t* tvb, int field, const char* text) {
  if (text != NULL) proto_item_set_generated(proto_tree_add_string(tree, field, tvb, 0, 0, text));
}

static expert_field* expert_field_of(const char* label) {
  if (strcmp(label, "unofficial") == 0) return &ei_unofficial;
  if (strcmp(label, "unknown") == 0) return &ei_unknown;
  if (strcmp(label, "legacy") == 0) return &ei_legacy;
  return NULL;
}

/* Once a conversation: at its first frame, or where a single pass first knew. */
static void tell_expert(packet_info* pinfo, proto_item* item, struct conversation_note* note,
                        const oddport_verdict* verdict) {
  expert_field* field = expert_field_of(oddport_verdict_label(verdict));
  if (field == NULL) return;
  if (!PINFO_FD_VISITED(pinfo) && note->telling_frame == 0) note->telling_frame = pinfo->num;
  if (pinfo->num == (note->telling_frame != 0 ? note->telling_frame : note->first_frame))
    expert_add_info_format(pinfo, item, field, "%s", oddport_verdict_reason(verdict));
}

static void show(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree,
                 struct conversation_note* note, const oddport_verdict* verdict) {
  const char* label = oddport_verdict_label(verdict);
  const char* protocol = oddport_verdict_protocol(verdict);
  proto_item* item = proto_tree_add_protocol_format(
      tree, proto_oddport, tvb, 0, 0, "oddport: %s%s%s on %u", label, protocol != NULL ? ", " : "",
      protocol != NULL ? protocol : "", oddport_verdict_port(verdict));
  proto_tree* below = proto_item_add_subtree(item, ett_oddport);
  proto_item_set_generated(item);
  add_text(below, tvb, hf_label, label);
  add_text(below, tvb, hf_protocol, protocol);
  add_text(below, tvb, hf_certainty, oddport_verdict_certainty(verdict));
  add_text(below, tvb, hf_era, oddport_verdict_era(verdict));
  add_text(below, tvb, hf_role, oddport_verdict_role(verdict));
  add_text(below, tvb, hf_reason, oddport_verdict_reason(verdict));
  proto_item_set_generated(
      proto_tree_add_uint(below, hf_port, tvb, 0, 0, oddport_verdict_port(verdict)));
  add_text(below, tvb, hf_assignment, oddport_verdict_assignment(verdict));
  add_text(below, tvb, hf_service, oddport_verdict_service(verdict));
  add_lines(below, tvb, hf_evidence, verdict, oddport_verdict_evidence);
  add_lines(below, tvb, hf_trait, verdict, oddport_verdict_trait);
  add_lines(below, tvb, hf_rule, verdict, oddport_verdict_rule);
  tell_expert(pinfo, item, note, verdict);
}

static int dissect_oddport(tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data _U_) {
  struct conversation_note* note;
  oddport_verdict* verdict = NULL;
  if (PINFO_FD_VISITED(pinfo))
    note = (struct conversation_note*)p_get_proto_data(wmem_file_scope(), pinfo, proto_oddport, 0);
  else
    note = follow(tvb, pinfo);
  if (note == NULL || tree == NULL || flows == NULL) return 0;
  if (oddport_flows_verdict(flows, note->number, &verdict) != ODDPORT_OK) return 0;
  show(tvb, pinfo, tree, note, verdict);
  oddport_verdict_free(verdict);
  return (int)tvb_captured_length(tvb);
}

static void register_preferences(void) {
  module_t* module = prefs_register_protocol(proto_oddport, NULL);
  prefs_register_string_preference(module, "ports", "Watched ports",
                                   "Such as 596, 500-1023 or 512,520-530", &pref_ports);
  prefs_register_filename_preference(module, "rules", "File of rules",
                                     "Signatures and policies of your own, in TOML", &pref_rules,
                                     FALSE);
  prefs_register_bool_preference(module, "default_rules", "Rules of the usual folders",
                                 "Also hear ~/.config/oddport/rules.d and /etc/oddport/rules.d",
                                 &pref_default_rules);
  prefs_register_bool_preference(module, "ndpi", "Ask nDPI",
                                 "About payload that neither a recognizer nor a rule names",
                                 &pref_ndpi);
}

#define TEXT_FIELD(variable, name, filter, about)                              \
  {                                                                            \
    &variable, { name, filter, FT_STRING, BASE_NONE, NULL, 0x0, about, HFILL } \
  }

static void register_fields(void) {
  static hf_register_info fields[] = {
      TEXT_FIELD(hf_label, "Label", "oddport.label",
                 "expected, legacy, unofficial, unknown, or silent without any byte"),
      TEXT_FIELD(hf_protocol, "Protocol", "oddport.protocol", "What the payload is"),
      TEXT_FIELD(hf_certainty, "Certainty", "oddport.certainty", "none, hint, likely, confirmed"),
      TEXT_FIELD(hf_era, "Era", "oddport.era", "Of the protocol: current, niche, obsolete"),
      TEXT_FIELD(hf_role, "Role", "oddport.role", "Whose port the watched one is"),
      TEXT_FIELD(hf_reason, "Reason", "oddport.reason", "Why, in one sentence"),
      {&hf_port,
       {"Port", "oddport.port", FT_UINT16, BASE_DEC, NULL, 0x0, "That the label speaks of", HFILL}},
      TEXT_FIELD(hf_assignment, "Assignment", "oddport.assignment",
                 "Of the port: assigned, ghost, reserved, removed, unassigned"),
      TEXT_FIELD(hf_service, "Service", "oddport.service", "What the registry calls the port"),
      TEXT_FIELD(hf_evidence, "Evidence", "oddport.evidence", "The bytes that decided"),
      TEXT_FIELD(hf_trait, "Trait", "oddport.trait", "What unrecognized payload is like"),
      TEXT_FIELD(hf_rule, "Rule", "oddport.rule", "Of the user's, that had a say"),
  };
  static gint* trees[] = {&ett_oddport};
  proto_register_field_array(proto_oddport, fields, G_N_ELEMENTS(fields));
  proto_register_subtree_array(trees, G_N_ELEMENTS(trees));
}

static void register_experts(void) {
  static ei_register_info experts[] = {
      {&ei_unofficial,
       {"oddport.unofficial", PI_SECURITY, PI_WARN, "A protocol on a port that is not its own",
        EXPFILL}},
      {&ei_unknown,
       {"oddport.unknown", PI_SECURITY, PI_NOTE, "Nothing recognized on an obscure port", EXPFILL}},
      {&ei_legacy,
       {"oddport.legacy", PI_SECURITY, PI_NOTE, "An obsolete protocol on its own port", EXPFILL}},
  };
  expert_module_t* module = expert_register_protocol(proto_oddport);
  expert_register_field_array(module, experts, G_N_ELEMENTS(experts));
}

static void register_oddport(void) {
  proto_oddport = proto_register_protocol("What is that doing on this port?", "oddport", "oddport");
  register_fields();
  register_experts();
  register_preferences();
  register_init_routine(begin_file);
  register_cleanup_routine(forget_all);
}

static void hand_off_oddport(void) {
  learn_link_types();
  register_postdissector(create_dissector_handle(dissect_oddport, proto_oddport));
}

void plugin_register(void) {
  static proto_plugin plugin;
  plugin.register_protoinfo = register_oddport;
  plugin.register_handoff = hand_off_oddport;
  proto_register_plugin(&plugin);
}
