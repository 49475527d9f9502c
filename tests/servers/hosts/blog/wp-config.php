<?php
// What WordPress reads first. One copy serves any number of blogs: each brings its own in CHINWAG_BLOG.
// Law: nothing is fetched from elsewhere, no mail is sent, nothing happens by itself.
// Source: WordPress 6.1, seen 2026-11.
$blog = json_decode(getenv('CHINWAG_BLOG'), true);
define('DB_NAME', 'blog');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . $blog['socket']);
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', $blog['url']);
define('WP_SITEURL', $blog['url']);
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('WP_DEBUG', false);
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $use) {
    define("{$use}_KEY", "tests-$use-key");
    define("{$use}_SALT", "tests-$use-salt");
}
$table_prefix = 'wp_';
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
