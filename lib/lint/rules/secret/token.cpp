#include <algorithm>

#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_token {
namespace {

using namespace secret;
using std::string_view;

/// Prefixes that services put before their tokens so that they are found where they leaked, as their
/// documentation gives them.
constexpr TokenShape kTokenShapes[] = {
    {"aio_", "a28", "an Adafruit key"},
    {"p8e-", "t32", "an Adobe client secret"},
    {"AGE-SECRET-KEY-1", "u58", "an age secret key"},
    {"AVNS_", "t19~20", "an Aiven token"},
    {"pat", "a14 . h64", "an Airtable token"},
    {"LTAI", "a20", "an Alibaba Cloud key id"},
    {"apify_api_", "a36", "an Apify token"},
    {"AKCp", "a69", "an Artifactory key"},
    {"cmVmdGtu", "a56", "an Artifactory reference token"},
    {"2/1", "d14~15 / d15~16 : h32", "an Asana token"},
    {"1/1", "d14~15 : h32", "an Asana token"},
    {"ATATT3", "t180+", "an Atlassian token"},
    {"ATCTT3", "t180+", "an Atlassian token"},
    {"ATBB", "t32", "a Bitbucket app password"},
    {"xaat-", "h8 - h4 - h4 - h4 - h12", "an Axiom token"},
    {"xapt-", "h8 - h4 - h4 - h4 - h12", "an Axiom token"},
    {"bst_", "a32+", "a Baseten key"},
    {"xkeysib-", "h64 - a16", "a Brevo API key"},
    {"xsmtpsib-", "h64 - a16", "a Brevo SMTP key"},
    {"access_token$production$", "l16 $ h32", "a Braintree token"},
    {"bkua_", "h40", "a Buildkite token"},
    {"bkat_", "t40+", "a Buildkite token"},
    {"cal_live_", "h32", "a Cal.com key"},
    {"csk-", "l48", "a Cerebras key"},
    {"chk_live_", "h40", "a Checkr key"},
    {"CCIPAT_", "a22 _ h40", "a CircleCI token"},
    {"CCIPRJ_", "a22 _ h40", "a CircleCI token"},
    {"4b1d", "a38", "a ClickHouse Cloud key"},
    {"pk_", "d5~12 _ u32", "a ClickUp token"},
    {"CLOJARS_", "l60", "a Clojars token"},
    {"cfut_", "a40+", "a Cloudflare token"},
    {"cfat_", "a40+", "a Cloudflare token"},
    {"cfk_", "a40+", "a Cloudflare key"},
    {"v1.0-", "h24 - h146", "a Cloudflare origin CA key"},
    {"CCDB1_", "a22 _ a40", "a CockroachDB Cloud key"},
    {"CFPAT-", "t43", "a Contentful token"},
    {"cio", "a32", "a crates.io token"},
    {"crsr_", "h64", "a Cursor key"},
    {"dapi", "h32", "a Databricks token"},
    {"dose", "h32", "a Databricks OAuth secret"},
    {"dnkey-", "t26 - t52", "a Defined Networking key"},
    {"dop_v1_", "h64", "a DigitalOcean token"},
    {"doo_v1_", "h64", "a DigitalOcean token"},
    {"dor_v1_", "h64", "a DigitalOcean token"},
    {"dckr_pat_", "t27+", "a Docker Hub token"},
    {"dckr_oat_", "t32+", "a Docker Hub token"},
    {"dp.pt.", "a40~44", "a Doppler token"},
    {"dp.st.", "t40+", "a Doppler token"},
    {"dp.ct.", "a40~44", "a Doppler token"},
    {"dp.sa.", "a40~44", "a Doppler token"},
    {"dp.scim.", "a40~44", "a Doppler token"},
    {"dp.audit.", "a40~44", "a Doppler token"},
    {"sl.", "t130+", "a Dropbox token"},
    {"duffel_live_", "t43", "a Duffel token"},
    {"duffel_test_", "t43", "a Duffel token"},
    {"dt0c01.", "u24 . u64", "a Dynatrace token"},
    {"dt0s01.", "u24 . u64", "a Dynatrace token"},
    {"dt0s16.", "u24 . u64", "a Dynatrace token"},
    {"EZAK", "a54", "an EasyPost key"},
    {"EZTK", "a54", "an EasyPost key"},
    {"sk_", "h48", "an ElevenLabs key"},
    {"EAA", "a100+", "a Facebook token"},
    {"figd_", "t40+", "a Figma token"},
    {"figu_", "t40+", "a Figma token"},
    {"fc-", "h32", "a Firecrawl key"},
    {"fw_", "a22~24", "a Fireworks key"},
    {"FLWSECK_TEST-", "h32 - X", "a Flutterwave key"},
    {"FLWSECK-", "h32 -", "a Flutterwave key"},
    {"fo1_", "t43", "a Fly.io token"},
    {"fm1r_", "b80+", "a Fly.io token"},
    {"fm2_", "b80+", "a Fly.io token"},
    {"fio-u-", "t64", "a Frame.io token"},
    {"live_", "t40", "a GoCardless token"},
    {"glc_", "b40+", "a Grafana token"},
    {"glsa_", "a32 _ h8", "a Grafana token"},
    {"eyJrIjoi", "a70+", "a Grafana API key"},
    {"gsk_", "a52", "a Groq key"},
    {"pat.", "t22 . h24 . a20", "a Harness token"},
    {"sat.", "t22 . h24 . a20", "a Harness token"},
    {"hvs.", "t24+", "a HashiCorp Vault token"},
    {"hvb.", "t100+", "a HashiCorp Vault token"},
    {"hvr.", "t24+", "a HashiCorp Vault token"},
    {"HRKU-", "t36+", "a Heroku key"},
    {"pat-na1-", "h8 - h4 - h4 - h4 - h12", "a HubSpot token"},
    {"pat-na2-", "h8 - h4 - h4 - h4 - h12", "a HubSpot token"},
    {"pat-eu1-", "h8 - h4 - h4 - h4 - h12", "a HubSpot token"},
    {"pat-ap1-", "h8 - h4 - h4 - h4 - h12", "a HubSpot token"},
    {"hf_", "a34+", "a Hugging Face token"},
    {"api_org_", "a34", "a Hugging Face token"},
    {"ico-", "a32", "an Infracost key"},
    {"signkey-prod-", "h64", "an Inngest signing key"},
    {"dG9rO", "b50+", "an Intercom token"},
    {"jina_", "a60+", "a Jina key"},
    {"sk-lf-", "h8 - h4 - h4 - h4 - h12", "a Langfuse key"},
    {"lsv2_pt_", "h32 _ h10", "a LangSmith key"},
    {"lsv2_sk_", "h32 _ h10", "a LangSmith key"},
    {"sdk-", "h8 - h4 - h4 - h4 - h12", "a LaunchDarkly key"},
    {"api-", "h8 - h4 - h4 - h4 - h12", "a LaunchDarkly token"},
    {"lin_api_", "a40", "a Linear key"},
    {"lin_oauth_", "h64", "a Linear token"},
    {"llx-", "a48", "a LlamaIndex key"},
    {"live_", "h35", "a Lob key"},
    {"pylf_v1_", "c2 _ a43", "a Logfire token"},
    {"key-", "h32", "a Mailgun key"},
    {"pubkey-", "h32", "a Mailgun key"},
    {"sk.eyJ", "t60+ . t20+", "a Mapbox token"},
    {"mergify_application_key_", "a40+", "a Mergify key"},
    {"n8n_api_", "a40+", "an n8n API token"},
    {"napi_", "l60+", "a Neon key"},
    {"npg_", "a12+", "a Neon password"},
    {"nfp_", "a36", "a Netlify token"},
    {"nfc_", "a36", "a Netlify token"},
    {"nfo_", "a36", "a Netlify token"},
    {"NRAK-", "u27", "a New Relic key"},
    {"NRII-", "t32", "a New Relic key"},
    {"NRRA-", "h42", "a New Relic key"},
    {"ntn_", "a40+", "a Notion token"},
    {"secret_", "a43", "a Notion token"},
    {"npm_", "a36", "an npm token"},
    {"oy2", "l43", "a NuGet key"},
    {"nvapi-", "t60+", "an NVIDIA key"},
    {"API-", "u26~31", "an Octopus Deploy key"},
    {"ops_eyJ", "b200+", "a 1Password token"},
    {"A3-", "u6 - u6 - u5 - u5 - u5", "a 1Password secret key"},
    {"api_live.", "t40+", "an Onfido token"},
    {"sha256~", "t43", "an OpenShift token"},
    {"pdl_live_apikey_", "l26 _ a22", "a Paddle key"},
    {"pplx-", "a48+", "a Perplexity key"},
    {"persona_production_", "h36+", "a Persona key"},
    {"pcsk_", "a5~7 _ a63+", "a Pinecone key"},
    {"access-production-", "h8 - h4 - h4 - h4 - h12", "a Plaid token"},
    {"access-sandbox-", "h8 - h4 - h4 - h4 - h12", "a Plaid token"},
    {"pscale_pw_", "t32+", "a PlanetScale password"},
    {"pscale_tkn_", "t32+", "a PlanetScale token"},
    {"pscale_oauth_", "t32+", "a PlanetScale token"},
    {"polar_oat_", "a43", "a Polar token"},
    {"phx_", "a43+", "a PostHog key"},
    {"PMAK-", "h24 - h34", "a Postman key"},
    {"pnu_", "a36", "a Prefect token"},
    {"pul-", "h40", "a Pulumi token"},
    {"pypi-AgEIcHlwaS5vcmc", "t50+", "a PyPI token"},
    {"pypi-AgENdGVzdC5weXBpLm9yZw", "t50+", "a PyPI token"},
    {"ramp_sec_", "a48", "a Ramp secret"},
    {"rdme_", "l70", "a Readme key"},
    {"rnd_", "a28+", "a Render key"},
    {"r8_", "a37", "a Replicate token"},
    {"re_", "a8 _ a24", "a Resend key"},
    {"retool_", "l26", "a Retool token"},
    {"rootly_", "h64", "a Rootly token"},
    {"rubygems_", "h48", "a RubyGems key"},
    {"00D", "a12~15 ! a16+", "a Salesforce session"},
    {"samsara_api_", "a30", "a Samsara token"},
    {"tk-us-", "t48", "a Scalingo token"},
    {"sgp_", "a64", "a Segment token"},
    {"sgp_", "h40", "a Sendbird or Sourcegraph token"},
    {"SG.", "t22 . t43", "a SendGrid key"},
    {"sntrys_eyJ", "b80+", "a Sentry token"},
    {"sntryu_", "h64", "a Sentry token"},
    {"shippo_live_", "h40", "a Shippo token"},
    {"shippo_test_", "h40", "a Shippo token"},
    {"shpat_", "h32", "a Shopify token"},
    {"shpca_", "h32", "a Shopify token"},
    {"shppa_", "h32", "a Shopify token"},
    {"shpss_", "h32", "a Shopify secret"},
    {"squ_", "h40", "a SonarQube token"},
    {"sqp_", "h40", "a SonarQube token"},
    {"sqa_", "h40", "a SonarQube token"},
    {"sgp_", "h16 _ h40", "a Sourcegraph token"},
    {"EAAA", "t60", "a Square token"},
    {"sq0atp-", "t22", "a Square token"},
    {"sq0csp-", "t43", "a Square secret"},
    {"sk_live_", "a24+", "a Stripe key"},
    {"rk_live_", "a24+", "a Stripe key"},
    {"sk_test_", "a24+", "a Stripe key"},
    {"rk_test_", "a24+", "a Stripe key"},
    {"whsec_", "b32+", "a Stripe or Svix webhook secret"},
    {"secret-", "a40+", "a Statsig key"},
    {"secret-live-", "t30+", "a Stytch secret"},
    {"sbp_", "h40", "a Supabase token"},
    {"sb_secret_", "t30+", "a Supabase key"},
    {"tskey-auth-", "a10+ - a20+", "a Tailscale key"},
    {"tskey-api-", "a10+ - a20+", "a Tailscale key"},
    {"tskey-client-", "a10+ - a20+", "a Tailscale key"},
    {"tly-", "a32", "a Tally key"},
    {"tvly-dev-", "t24+", "a Tavily key"},
    {"tvly-", "a32", "a Tavily key"},
    {"AKID", "a32", "a Tencent Cloud key id"},
    {".atlasv1.", "t60+", "a Terraform token"},
    {"tgp_v1_", "t43", "a Together key"},
    {"ATTA", "h64+", "a Trello token"},
    {"tr_prod_", "a20+", "a Trigger.dev key"},
    {"tr_dev_", "a20+", "a Trigger.dev key"},
    {"oauth:", "l30", "a Twitch token"},
    {"tfp_", "t40+", "a Typeform token"},
    {"vercel_blob_rw_", "a16 _ a30", "a Vercel Blob token"},
    {"vcp_", "a40+", "a Vercel token"},
    {"vck_", "a40+", "a Vercel token"},
    {"pa-", "t43", "a Voyage key"},
    {"waka_", "h8 - h4 - h4 - h4 - h12", "a WakaTime key"},
    {"wandb_v1_", "a40+", "a Weights & Biases key"},
    {"ck_", "h40", "a WooCommerce key"},
    {"cs_", "h40", "a WooCommerce secret"},
    {"xau_", "a32+", "a Xata key"},
    {"xai-", "a80", "an xAI key"},
    {"xnd_production_", "a40+", "a Xendit key"},
    {"xnd_development_", "a40+", "a Xendit key"},
    {"AQVN", "t35+", "a Yandex Cloud key"},
    {"y0_", "t50+", "a Yandex token"},
};

bool is_hex_byte(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Mailchimp puts the data centre after the key: 32 hexadecimal digits and "-us12".
std::optional<SecretMatch> match_mailchimp(string_view text, std::size_t at) {
  constexpr std::size_t kKey = 32;
  if (at < kKey || (at > kKey && is_token_byte(text[at - kKey - 1]))) return std::nullopt;
  const string_view key = text.substr(at - kKey, kKey);
  const std::size_t end = run_end(text, at + 3, is_alphanumeric);
  if (run_end(key, 0, is_hex_byte) != kKey || end == at + 3 || end > at + 5 || !looks_random(key)) return std::nullopt;
  return accept(text, at - kKey, end, "a Mailchimp key");
}

/// RapidAPI marks its keys in the middle: "msh" after ten hexadecimal digits, "jsn" before the last twelve.
std::optional<SecretMatch> match_rapid_api(string_view text, std::size_t at) {
  constexpr std::size_t kBefore = 10;
  constexpr std::size_t kLength = 50;
  if (at < kBefore || (at > kBefore && is_token_byte(text[at - kBefore - 1]))) return std::nullopt;
  const string_view key = text.substr(at - kBefore, kLength);
  if (key.size() != kLength || run_end(key, 0, is_alphanumeric) != kLength || key.substr(35, 3) != "jsn")
    return std::nullopt;
  if (run_end(key, 0, is_hex_byte) != kBefore) return std::nullopt;
  return accept(text, at - kBefore, at - kBefore + kLength, "a RapidAPI key");
}

/// Azure: three characters, "8Q~", and 31 to 34 more.
std::optional<SecretMatch> match_azure_secret(string_view text, std::size_t at) {
  const auto is_secret_byte = [](char c) { return is_token_byte(c) || c == '.' || c == '~'; };
  if (at < 3 || (at > 3 && is_secret_byte(text[at - 4]))) return std::nullopt;
  const std::size_t end = run_end(text, at + 3, is_secret_byte);
  if (run_end(text, at - 3, is_secret_byte) != end || end - at < 33 || end - at > 38) return std::nullopt;
  if (!looks_random(text.substr(at, end - at))) return std::nullopt;
  return accept(text, at - 3, end, "an Azure client secret");
}

bool is_standard_base64(char c) { return is_alphanumeric(c) || c == '+' || c == '/'; }

/// Azure connection strings: the key of an account in base64, 32 or 64 bytes of it.
std::optional<SecretMatch> match_azure_key(string_view text, std::size_t at) {
  const std::size_t begin = text.substr(at, 11) == "AccountKey="        ? at + 11
                            : text.substr(at, 16) == "SharedAccessKey=" ? at + 16
                                                                        : text.size();
  if (begin == text.size()) return std::nullopt;
  const std::size_t end = run_end(text, begin, is_standard_base64);
  if (end - begin < 43 || !looks_random(text.substr(begin, end - begin))) return std::nullopt;
  return accept(text, begin, end, "an Azure account key");
}

/// An incoming webhook of Microsoft Teams: who has the url can post.
std::optional<SecretMatch> match_teams(string_view text, std::size_t at) {
  constexpr string_view kPath = "/IncomingWebhook/";
  constexpr std::size_t kLongestPath = 200;
  const string_view before = text.substr(at - std::min(at, kLongestPath), std::min(at, kLongestPath));
  if (text.substr(at, kPath.size()) != kPath || before.find("webhook.office.com/webhookb2/") == string_view::npos)
    return std::nullopt;
  const std::size_t begin = at + kPath.size();
  const std::size_t end = run_end(text, begin, is_hex_byte);
  if (end - begin != 32) return std::nullopt;
  return accept(text, begin, end, "a Microsoft Teams webhook url");
}

/// Twilio: "SK" and 32 hexadecimal digits.
std::optional<SecretMatch> match_twilio(string_view text, std::size_t at) {
  constexpr std::size_t kLength = 34;
  const std::size_t end = run_end(text, at + 2, is_hex_byte);
  if (end - at != kLength || inside_word(text, at) || run_end(text, end, is_token_byte) != end) return std::nullopt;
  return looks_random(text.substr(at + 2, kLength - 2)) ? accept(text, at, end, "a Twilio key") : std::nullopt;
}

std::optional<SecretMatch> match_token(string_view text, std::size_t at) {
  switch (text[at]) {
    case '-':
      return match_mailchimp(text, at);
    case 'm':
      return match_rapid_api(text, at);
    case '8':
      return match_azure_secret(text, at);
    case '/':
      return match_teams(text, at);
    case 'S':
      return text[at + 1] == 'K' ? match_twilio(text, at) : match_azure_key(text, at);
    default:
      return match_azure_key(text, at);
  }
}

}  // namespace

}  // namespace secret_token

extern const SecretRule kSecretToken;
const SecretRule kSecretToken = {
    {"secret/token", Severity::error, Scope::always, "holds a token of a known service",
     "Services give their tokens a fixed prefix or shape so that a leak is found; the message names the service. "
     "Whoever can read the repository, a fork or a backup can use the token, and removing the line does not take it "
     "out of history.",
     "Revoke it and put the new one into an n8n credential or an environment variable."},
    secret_token::kTokenShapes,
    "-us msh 8Q~ /IncomingWebhook/ AccountKey= SharedAccessKey= SK0 SK1 SK2 SK3 SK4 SK5 SK6 SK7 SK8 SK9 SKa SKb SKc "
    "SKd SKe SKf",
    secret_token::match_token};

}  // namespace kairon::lint
