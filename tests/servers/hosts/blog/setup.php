<?php
// Installs a blog with two users and one post that three people have commented; prints what it made.
// Law: two comments are approved, the last one waits for moderation; dates are some minutes back.
// Source: WordPress 6.1, seen 2026-11.
[, $root, $wanted] = $argv;
$wanted = json_decode($wanted, true);
$_SERVER['HTTP_HOST'] = parse_url($wanted['url'], PHP_URL_HOST) . ':' . parse_url($wanted['url'], PHP_URL_PORT);
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
define('WP_INSTALLING', true);

function wp_new_blog_notification() {} // it would be a mail

require "$root/wp-load.php";
require "$root/wp-admin/includes/upgrade.php";

function with_app_password(int $id, string $name): array {
    [$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']);
    return ['id' => $id, 'name' => $name, 'password' => WP_Application_Passwords::chunk_password($password)];
}

function comment(string $author, string $words, int $minutes_ago, int $approved): int {
    $date = gmdate('Y-m-d H:i:s', time() - 60 * $minutes_ago);
    return wp_insert_comment([
        'comment_post_ID' => 1,
        'comment_author' => $author,
        'comment_author_email' => strtolower(strtok($author, ' ')) . '@example.test',
        'comment_author_IP' => '127.0.0.1',
        'comment_content' => $words,
        'comment_approved' => $approved,
        'comment_type' => 'comment',
        'comment_date' => $date,
        'comment_date_gmt' => $date,
    ]);
}

[$owner, $subscriber] = $wanted['people'];
$made = wp_install('The allotment', $owner, "$owner@example.test", true, '', bin2hex(random_bytes(8)));
global $wp_rewrite, $wp_version;
$wp_rewrite->set_permalink_structure('/%postname%/');
$wp_rewrite->flush_rules(false);
update_option('upload_path', $wanted['uploads']);
switch_theme('twentytwentythree');
$second = wp_insert_user([
    'user_login' => $subscriber,
    'user_pass' => bin2hex(random_bytes(8)),
    'user_email' => "$subscriber@example.test",
    'role' => 'subscriber',
]);
foreach (get_comments(['status' => 'any']) as $each) {
    wp_delete_comment($each->comment_ID, true);
}
wp_update_post([
    'ID' => 1,
    'post_title' => 'The shed is open',
    'post_name' => 'the-shed-is-open',
    'post_content' => 'Ask here.',
]);
$comments = [
    comment('Ann Reader', 'When does it open on Sundays?', 30, 1),
    comment('Ben Onlooker', 'I would like to know that too.', 20, 1),
    comment('Cy Newcomer', 'Is there room for one more?', 10, 0),
];
echo json_encode([
    'url' => $wanted['url'],
    'version' => $wp_version,
    'owner' => with_app_password($made['user_id'], $owner),
    'subscriber' => with_app_password($second, $subscriber),
    'post' => 1,
    'comments' => $comments,
], JSON_UNESCAPED_SLASHES);
